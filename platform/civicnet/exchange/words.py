"""Words as people wrote them: cells whose text comes back sign by sign. They are shown and never run."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from civicnet.cipher import mask_numbers
from civicnet.exchange.cells import CellWidget, Fault, Reading, plain_text


class WordsWidget(CellWidget):
    """A text in as many lines as it has, also where it looks like a formula or like markup.

    Exports write such a cell so that no spreadsheet runs it, and it comes back as it was. With ``masks_numbers`` phone and ID
    numbers that somebody has left in the words go out masked: for columns that only go out.
    """

    def __init__(self, *, most: int, masks_numbers: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most
        self.masks_numbers = masks_numbers

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

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The words."""
        return mask_numbers(self.render_whole(value)) if self.masks_numbers else self.render_whole(value)

    def render_whole(self, value: Any) -> str:
        """The words, and the numbers in them."""
        return "" if value is None else str(value)
