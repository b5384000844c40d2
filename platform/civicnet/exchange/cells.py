"""Cells as people fill them in: each widget reads one, and says what it had to change or why it could not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from import_export.widgets import Widget

_FULL_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_DIGITS = re.compile("[0-9]+")
# Signs that nobody sees come along when cells are copied: a word processor ends each with U+0007, an address book says by
# U+202D and U+202C which way a number runs.
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_BESIDE_HAN = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
# What a spreadsheet would run, and what a browser would.
_FORMULA = re.compile(r"[=+@\t\r]|-[^-—\s]")
_MARKUP = re.compile(r"<\s*(?:!|[/?]?\s*[A-Za-z])")
_DATE = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})(?:\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?|\s*月)?")
_TIME = re.compile(r"[\sT]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$")
_NUMBER_AS_TEXT = re.compile(r"[0-9]{5,8}")
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEARS = range(1900, 9999)
# Four digits without a nought before them: of an old document, and of what has no end.
ANY_YEAR = range(1000, 10_000)
_EXCEL_DAY_ZERO = date(1899, 12, 30)


class Fault(ValueError):
    """A cell that cannot be used.

    ``code`` names the sentence, ``params`` fill its gaps; neither repeats the cell's value.
    """

    def __init__(self, code: str, /, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, and the codes of what was normalised on the way to it."""

    value: Any
    notes: tuple[str, ...] = ()


class CellWidget(Widget):
    """A django-import-export widget that also says what it did.

    A subclass writes ``read``. ``pack`` and ``unpack`` carry the typed value through the spool as JSON. ``example`` stands
    in the example row of a template where a column gives none of its own.
    """

    example = ""

    def advice(self) -> str:
        """How a cell of this kind is filled in, for templates; "" if that goes without saying."""
        return ""

    def read(self, cell: Any) -> Reading:
        """The typed value of a cell that is not blank.

        Raises:
            Fault: the cell cannot be used.
        """
        return Reading(plain_text(cell))

    def quick(self, cell: str) -> Any:
        """The value of a cell that is written as most are, so that ``read`` would find nothing to say; else None."""
        return None

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The value alone, as django-import-export asks for it."""
        return None if is_blank(value) else self.read(value).value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The value as an export writes it."""
        return "" if value is None else str(value)

    def render_whole(self, value: Any) -> str:
        """The value as an approved export of full values writes it; differs only where ``render`` masks."""
        return self.render(value)

    def pack(self, value: Any) -> Any:
        """The value as JSON can hold it."""
        return value

    def unpack(self, value: Any) -> Any:
        """What ``pack`` made, back."""
        return value


class TextWidget(CellWidget):
    """Words; formulas and markup are faults. With ``joins_han`` no space stays beside a Chinese character, as in names."""

    def __init__(self, *, most: int = 200, joins_han: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most
        self.joins_han = joins_han

    def advice(self) -> str:
        """How long a text may be."""
        return _("Text of at most %(most)d characters.") % {"most": self.most}

    def quick(self, cell: str) -> Any:
        """Letters, signs and digits alone have no space, no formula and no markup."""
        return cell if cell.isalnum() and len(cell) <= self.most else None

    def read(self, cell: Any) -> Reading:
        """Trimmed text."""
        text = plain_text(cell)
        tidy = _SPACES.sub(" ", text).strip()
        if _FORMULA.match(text) or _FORMULA.match(tidy):
            raise Fault("formula")
        if _MARKUP.search(text) or _MARKUP.search(tidy):
            raise Fault("markup")
        if self.joins_han:
            tidy = _BESIDE_HAN.sub("", tidy)
        if len(tidy) > self.most:
            raise Fault("too_long", most=self.most)
        if tidy == text:
            return Reading(tidy)
        return Reading(tidy, ("full_width_space" if "\u3000" in text else "spaces",))


class ChoiceWidget(CellWidget):
    """One of a few words; ``choices`` maps what people write to the typed value.

    The first word of a value is its export.
    """

    def __init__(self, choices: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices
        self.example = next(iter(choices), "")

    def advice(self) -> str:
        """The first words of all values."""
        return _("One of: %(choices)s.") % {"choices": self._words()}

    def read(self, cell: Any) -> Reading:
        """The typed value."""
        text = plain_text(cell)
        tidy = _SPACES.sub("", text)
        if tidy not in self.choices:
            raise Fault("unknown_choice", choices=self._words())
        return Reading(self.choices[tidy], () if tidy == text else ("spaces",))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The first word for the value."""
        return next((word for word, one in self.choices.items() if one == value), "")

    def _words(self) -> str:
        return "、".join(dict.fromkeys(self.render(value) for value in self.choices.values()))


class DigitsWidget(CellWidget):
    """A code of digits with a fixed length; also mends what spreadsheets do to such codes."""

    def __init__(self, *, length: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.length = length

    def advice(self) -> str:
        """How long the code is."""
        return _("%(length)d digits, as text.") % {"length": self.length}

    def quick(self, cell: str) -> Any:
        """As many digits as there should be."""
        return cell if len(cell) == self.length and cell.isascii() and cell.isdigit() else None

    def read(self, cell: Any) -> Reading:
        """The digits."""
        text, notes = digits_of(cell)
        if len(text) != self.length or not _DIGITS.fullmatch(text):
            raise Fault("code_length", length=self.length)
        return Reading(text, notes)


class DateWidget(CellWidget):
    """A day, in the ways it is written here; a month alone stands for its first day.

    ``doubts_serials``: numbers that count days may do so from another day than is usual, and are faults. ``years`` are those
    in which a day lies that is no slip of the pen.
    """

    example = "2023-06-30"
    doubts_serials = False

    def __init__(self, *, years: range = _YEARS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.years = years

    def advice(self) -> str:
        """The way that never fails."""
        return _("A day, like 2023-06-30.")

    def read(self, cell: Any) -> Reading:
        """The day."""
        if isinstance(cell, datetime):
            return Reading(self._reached(cell.date()), ("date_cell",))
        if isinstance(cell, date):
            return Reading(self._reached(cell), ("date_cell",))
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self._number(float(cell))
        text = _TIME.sub("", unicodedata.normalize("NFKC", plain_text(cell)).strip())
        if _NUMBER_AS_TEXT.fullmatch(text):
            return self._number(float(text))
        match = _DATE.fullmatch(text)
        if match is None:
            raise Fault("date")
        day = self._day(match[1], match[2], match[3] or "1")
        if not match[3]:
            return Reading(day, ("month_precision",))
        return Reading(day, () if text == day.isoformat() and text == cell else ("date_style",))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """ISO 8601."""
        return value.isoformat() if value else ""

    def pack(self, value: date | None) -> str | None:
        """ISO 8601."""
        return value.isoformat() if value else None

    def unpack(self, value: str | None) -> date | None:
        """Back from ISO 8601."""
        return date.fromisoformat(value) if value else None

    def _number(self, number: float) -> Reading:
        if number.is_integer():
            if match := _COMPACT_DATE.fullmatch(f"{number:.0f}"):
                return Reading(self._day(*match.groups()), ("date_style",))
            if 190001 <= number <= 210012:
                return Reading(self._day(f"{number:.0f}"[:4], f"{number:.0f}"[4:], "1"), ("month_precision",))
            if 20_000 <= number <= 80_000:
                if self.doubts_serials:
                    raise Fault("ambiguous_date")
                return Reading(_EXCEL_DAY_ZERO + timedelta(days=int(number)), ("date_cell",))
        # 2022.1 in a number cell may have been January or October.
        raise Fault("ambiguous_date" if 1900 < number < 2101 else "date")

    def _day(self, year: str, month: str, day: str) -> date:
        try:
            return self._reached(date(int(year), int(month), int(day)))
        except ValueError as error:
            raise Fault("date") from error

    def _reached(self, day: date) -> date:
        # What lies outside is a slip of the pen, and days beside some cannot even be counted.
        if day.year not in self.years:
            raise Fault("date")
        return day


def quick_of(widget: CellWidget) -> Callable[[str], Any]:
    """A widget's ``quick``; one that reads in its own way, and did not say what is quick with it, has none."""
    owner = next(one for one in type(widget).__mro__ if "read" in vars(one) or "quick" in vars(one))
    return widget.quick if "quick" in vars(owner) else partial(CellWidget.quick, widget)


def packs(widget: CellWidget) -> bool:
    """Whether a widget's values are not the same in the spool."""
    kind = type(widget)
    return kind.pack is not CellWidget.pack or kind.unpack is not CellWidget.unpack


def is_blank(cell: Any) -> bool:
    """Whether nothing is written in a cell."""
    if type(cell) is str and cell[:1].isalnum():
        return False
    return cell is None or (isinstance(cell, str) and not _SPACES.sub("", cell))


def plain_text(cell: Any) -> str:
    """A cell as text; a number without a fraction has no decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return str(cell)


def digits_of(cell: Any) -> tuple[str, tuple[str, ...]]:
    """A cell as digits, if it holds any, without spaces; and what had to be normalised for that."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return plain_text(cell), ("number_cell",)
    text = str(cell)
    half = text.translate(_FULL_WIDTH_DIGITS)
    tidy = _SPACES.sub("", half)
    notes = (("full_width_digits",) if half != text else ()) + (("spaces",) if tidy != half else ())
    return tidy, notes
