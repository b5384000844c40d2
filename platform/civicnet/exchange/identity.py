"""Numbers of people: the resident ID number (GB 11643) and the mobile number, as they stand in lists."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from civicnet.cipher import mask
from civicnet.exchange.cells import CellWidget, Fault, Reading, digits_of

_SEPARATORS = re.compile(r"[-－—–_.·()（）]")
_BETWEEN_NUMBERS = re.compile(r"[/、,，;；|\n]")
_COUNTRY = re.compile(r"(?:\+|00)?86(?=1[0-9]{10}$)")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
LAST_EXACT = 2**53
"""From here on a spreadsheet's number has lost digits of what was typed."""
_PHONE = re.compile("1[3-9][0-9]{9}")
_LAST_SIGNS = "10X98765432"
_WEIGHTS = [2**power % 11 for power in range(17, 0, -1)]


def _sums(at: int) -> dict[str, int]:
    weights = _WEIGHTS[at : at + 3]
    texts = (f"{number:0{len(weights)}d}" for number in range(10 ** len(weights)))
    return {text: sum(int(digit) * weight for digit, weight in zip(text, weights, strict=True)) for text in texts}


# What three digits at a place add to the sum; at the end there are two.
_S0, _S1, _S2, _S3, _S4, _S5 = (_sums(at) for at in range(0, 17, 3))


class PhoneWidget(CellWidget):
    """A mobile number of the mainland: eleven digits beginning with 13 to 19."""

    def advice(self) -> str:
        """How long it is."""
        return _("One mobile number of 11 digits, as text.")

    def quick(self, cell: str) -> Any:
        """Eleven digits and nothing else."""
        return cell if _PHONE.fullmatch(cell) else None

    def read(self, cell: Any) -> Reading:
        """The eleven digits."""
        if type(cell) is str and self.quick(cell):
            return Reading(cell)
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

    def quick(self, cell: str) -> Any:
        """A number that is right as it stands."""
        return cell if _ID_NUMBER.fullmatch(cell) and _born(cell) and check_digit(cell) == cell[-1] else None

    def read(self, cell: Any) -> Reading:
        """18 signs, with a capital X."""
        if type(cell) is str and self.quick(cell):
            return Reading(cell)
        # A spreadsheet keeps 15 digits of a number: an ID number in a number cell has lost its end for good.
        if isinstance(cell, int | float) and abs(cell) >= LAST_EXACT:
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
        if check_digit(number) != number[-1]:
            # Rounded, and then written as text: so do programs that save such a cell as CSV.
            raise Fault("precision_lost" if number.endswith("000") else "checksum")
        return Reading(number, notes)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Masked: whoever needs it whole asks for that with a reason."""
        return mask(value) if value else ""

    def render_whole(self, value: Any) -> str:
        """The number itself."""
        return value or ""


def check_digit(number: str) -> str:
    """The last sign that the first 17 digits of an ID number ask for (GB 11643, ISO 7064 MOD 11-2)."""
    total = (
        _S0[number[0:3]]
        + _S1[number[3:6]]
        + _S2[number[6:9]]
        + _S3[number[9:12]]
        + _S4[number[12:15]]
        + _S5[number[15:17]]
    )
    return _LAST_SIGNS[total % 11]


def sex_of(id_number: str) -> str:
    """What the number says: an odd sequence number is "M", an even one "F"."""
    return "M" if int(id_number[16]) % 2 else "F"


def _holds_several(text: str) -> bool:
    parts = [re.sub(r"\D", "", part) for part in _BETWEEN_NUMBERS.split(text)]
    return sum(len(part) >= 7 for part in parts) > 1


def _inside(cell: Any) -> bool:
    return bool(re.search(r"\S\s+\S", str(cell)))


def _born(number: str) -> bool:
    # As texts: one that is a day at all compares like the day.
    day = number[6:14]
    return day >= "19000101" and (day <= _LONG_AGO or day <= _today()) and _is_day(day)


def _today() -> str:
    return date.today().isoformat().replace("-", "")


# What is today is asked for whoever was born since only.
_LONG_AGO = _today()


@lru_cache(maxsize=50_000)
def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True
