"""Cells that hold a quantity: whole numbers, and numbers with decimals."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext as _

from civicnet.exchange.cells import CellWidget, Fault, Reading, plain_text

# Thousands may be grouped, as spreadsheets show them; a comma anywhere else is no number.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")


class DecimalWidget(CellWidget):
    """A number with at most so many decimals, within limits; held as a float."""

    def __init__(self, *, least: float, most: float, places: int = 6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least = least
        self.most = most
        self.places = places

    def advice(self) -> str:
        """Within which limits."""
        return _("A number from %(least)s to %(most)s.") % {
            "least": self._told(self.least),
            "most": self._told(self.most),
        }

    def read(self, cell: Any) -> Reading:
        """The number, rounded to its decimals."""
        value, notes = _number(cell)
        if not self.least <= value <= self.most:
            raise Fault("number_limits", least=self._told(self.least), most=self._told(self.most))
        return Reading(round(value, self.places), notes)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Without zeros at the end."""
        return "" if value is None else self._told(value)

    def _told(self, value: float) -> str:
        text = f"{value:.{self.places}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


class WholeNumberWidget(DecimalWidget):
    """A whole number within limits."""

    def __init__(self, *, least: int = 0, most: int = 999_999_999, **kwargs: Any) -> None:
        super().__init__(least=least, most=most, places=0, **kwargs)

    def advice(self) -> str:
        """Within which limits."""
        limits = {"least": self._told(self.least), "most": self._told(self.most)}
        return _("A whole number from %(least)s to %(most)s.") % limits

    def read(self, cell: Any) -> Reading:
        """The number; one with decimals is a fault, not rounded."""
        value, notes = _number(cell)
        if not value.is_integer():
            raise Fault("whole_number")
        reading = super().read(value)
        return Reading(int(reading.value), notes)


def _number(cell: Any) -> tuple[float, tuple[str, ...]]:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell), ()
    text = plain_text(cell)
    tidy = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if not _NUMBER.fullmatch(tidy):
        raise Fault("number")
    return float(tidy.replace(",", "")), () if tidy == text else ("full_width_digits",)
