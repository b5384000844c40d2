"""Numbers of people: the resident ID number (GB 11643) and the mobile number, as they stand in lists."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from stdnum.cn import ric

from civicnet.cipher import mask
from civicnet.exchange.cells import CellWidget, Fault, Reading, digits_of

_SEPARATORS = re.compile(r"[-－—–_.·()（）]")
_BETWEEN_NUMBERS = re.compile(r"[/、,，;；|\n]")
_COUNTRY = re.compile(r"(?:\+|00)?86(?=1[0-9]{10}$)")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_LAST_EXACT = 2**53


class PhoneWidget(CellWidget):
    """A mobile number of the mainland: eleven digits beginning with 13 to 19."""

    def advice(self) -> str:
        """How long it is."""
        return _("One mobile number of 11 digits, as text.")

    def read(self, cell: Any) -> Reading:
        """The eleven digits."""
        text, notes = digits_of(cell)
        if _holds_several(str(cell)):
            raise Fault("several_values")
        bare = _SEPARATORS.sub("", text)
        if bare != text:
            notes = (*(one for one in notes if one != "spaces"), "separators")
        elif "spaces" in notes:
            notes = tuple("separators" if one == "spaces" and _inside(cell) else one for one in notes)
        number = _COUNTRY.sub("", bare)
        if number != bare:
            notes = (*notes, "country_prefix")
        if not re.fullmatch("[0-9]*", number):
            raise Fault("phone_signs")
        if len(number) != 11:
            raise Fault("phone_length", length=len(number))
        if not re.match("1[3-9]", number):
            raise Fault("phone_shape")
        return Reading(number, notes)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Masked: whoever needs it whole asks for that with a reason."""
        return mask(value) if value else ""

    def render_whole(self, value: Any) -> str:
        """The number itself."""
        return value or ""


class IdNumberWidget(CellWidget):
    """A resident ID number of 18 signs.

    Its check digit and birth date must be right. The region is not looked up: abolished counties are legal
    in old numbers.
    """

    def advice(self) -> str:
        """How long it is, and what happens to numbers."""
        return _("18 characters, as text: as a number it loses its end.")

    def read(self, cell: Any) -> Reading:
        """18 signs, with a capital X."""
        # A spreadsheet keeps 15 digits of a number: an ID number in a number cell has lost its end for good.
        if isinstance(cell, int | float) and abs(cell) >= _LAST_EXACT:
            raise Fault("precision_lost")
        text, notes = digits_of(cell)
        if _SCIENTIFIC.fullmatch(text):
            raise Fault("precision_lost")
        number = text.upper().replace("×", "X")
        if number != text or "spaces" in notes:
            notes = (*(one for one in notes if one != "spaces"), "case_or_space")
        if len(number) != 18:
            raise Fault("id_length", length=len(number))
        if not _ID_NUMBER.fullmatch(number):
            raise Fault("id_signs")
        if not _born(number):
            raise Fault("birth_date")
        if ric.calc_check_digit(number) != number[-1]:
            # Rounded, and then written as text: so do programs that save such a cell as CSV.
            raise Fault("precision_lost" if number.endswith("000") else "checksum")
        return Reading(number, notes)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Masked: whoever needs it whole asks for that with a reason."""
        return mask(value) if value else ""

    def render_whole(self, value: Any) -> str:
        """The number itself."""
        return value or ""


def sex_of(id_number: str) -> str:
    """What the number says: an odd sequence number is "M", an even one "F"."""
    return "M" if int(id_number[16]) % 2 else "F"


def _holds_several(text: str) -> bool:
    parts = [re.sub(r"\D", "", part) for part in _BETWEEN_NUMBERS.split(text)]
    return sum(len(part) >= 7 for part in parts) > 1


def _inside(cell: Any) -> bool:
    return bool(re.search(r"\S\s+\S", str(cell)))


def _born(number: str) -> bool:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= born <= date.today()
