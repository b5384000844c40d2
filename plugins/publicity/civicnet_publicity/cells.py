"""Cells of articles' sheets: lines and whole texts, which a browser never runs and a spreadsheet gets as text."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from civicnet.exchange.cells import CellWidget, Fault, Reading, plain_text
from civicnet_publicity.body_texts import MOST, canonical
from civicnet_publicity.selectors.sheets import tidy


class LineWidget(CellWidget):
    """A line of text. Whether it looks like a formula or like markup is asked of what changes only: what is held may stay."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def advice(self) -> str:
        """How long it may be."""
        return _("Text of at most %(most)d characters.") % {"most": self.most}

    def read(self, cell: Any) -> Reading:
        """The line, without blanks at its ends or twice."""
        text = plain_text(cell)
        line = tidy(text)
        if len(line) > self.most:
            raise Fault("too_long", most=self.most)
        return Reading(line, () if line == text else ("spaces",))


class BodyWidget(CellWidget):
    """A text of many lines, see ``body_texts``."""

    def advice(self) -> str:
        """What one can write."""
        return _(
            "Paragraphs with a blank line between them; “## ” before a heading, “- ” or “1. ” before items, “> ” before "
            "words that are quoted, “|” between the cells of a table, **bold**, [words](https://…). "
            "Lines in {{ }} stand for pictures and files: leave them as they are. At most %(most)d characters."
        ) % {"most": MOST}

    def read(self, cell: Any) -> Reading:
        """The text as an export would tell it."""
        return Reading(canonical(plain_text(cell)))
