"""What a row may not bring in, though it may stand where it is held: formulas for a spreadsheet, markup for a browser."""

from __future__ import annotations

import re
from collections.abc import Iterable

from civicnet.exchange.matching import Match
from civicnet.exchange.models import RowKind
from civicnet.exchange.resource import Draft
from civicnet_publicity.passages import MARKUP

_FORMULA = re.compile(r"[=@\t\r]|[+-][^-—\s]")


def note_suspicious(draft: Draft, match: Match, columns: Iterable[str]) -> None:
    """Say which of these columns would bring such a text in."""
    for name in columns:
        value = draft.values.get(name)
        if not isinstance(value, str) or (match.kind == RowKind.CHANGED and name not in match.before):
            continue
        if _FORMULA.match(value):
            draft.fault(name, "formula")
        elif MARKUP.search(value):
            draft.fault(name, "markup")
