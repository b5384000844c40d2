"""Words as people wrote them: cells whose text comes back sign by sign. They are shown and never run."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from civicnet.exchange.cells import CellWidget, Fault, Reading, plain_text


class WordsWidget(CellWidget):
    """A text in as many lines as it has, also where it looks like a formula or like markup.

    Exports write such a cell so that no spreadsheet runs it, and it comes back as it was.
    """

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def advice(self) -> str:
        """How long it may be."""
        return _("Text of at most %(most)d characters.") % {"most": self.most}

    def read(self, cell: Any) -> Reading:
        """The words, without blanks at their ends.

        Raises:
            Fault: there are too many.
        """
        text = plain_text(cell).replace("\r\n", "\n").strip()
        if len(text) > self.most:
            raise Fault("too_long", most=self.most)
        return Reading(text)
