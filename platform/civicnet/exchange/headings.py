"""Headings: finding the row that names the columns, and which of their columns is which of ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from civicnet.exchange.reading import Row

ROWS_TO_SEARCH = 20
_DROPPED = re.compile(r"[\s\u200b\ufeff*:]+")


@dataclass(frozen=True, slots=True)
class Headings:
    """``positions`` maps our field names to positions in a row; ``theirs`` keeps their row as written."""

    row: int
    positions: Mapping[str, int]
    theirs: tuple[str, ...]

    def pairs(self) -> list[tuple[str, str | None]]:
        """Their heading and our field name, for the eye; None where we take nothing."""
        ours = {position: name for name, position in self.positions.items()}
        return [(text, ours.get(at)) for at, text in enumerate(self.theirs) if text]


def canonical(text: Any) -> str:
    """A heading without white space, line breaks, full-width forms, stars and colons."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", str(text))).casefold()


def find_headings(rows: Iterable[Row], names: Mapping[str, Iterable[str]]) -> Headings | None:
    """The best of these rows, if at least two of its cells are headings of ours.

    ``names`` gives, for each field, all texts that stand for it.
    """
    fields = {canonical(text): name for name, texts in names.items() for text in texts}
    best: Headings | None = None
    for number, cells in rows:
        found = _match(number, cells, fields)
        if best is None or len(found.positions) > len(best.positions):
            best = found
    return best if best and len(best.positions) >= min(2, len(names)) else None


def _match(number: int, cells: Iterable[Any], fields: Mapping[str, str]) -> Headings:
    positions: dict[str, int] = {}
    theirs = tuple("" if cell is None else str(cell).strip() for cell in cells)
    for at, text in enumerate(theirs):
        name = fields.get(canonical(text))
        if name is not None:
            positions.setdefault(name, at)
    return Headings(number, positions, theirs)
