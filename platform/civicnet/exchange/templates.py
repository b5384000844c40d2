"""Templates: an empty workbook of a resource, with everything in it that keeps people from filling it in wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from civicnet.contract import Actor
from civicnet.exchange.cells import ChoiceWidget
from civicnet.exchange.examples import example_in
from civicnet.exchange.resource import Column, ImportResource

# A longer list is no help to whoever has to choose from it.
MOST_REFERENCES = 500
ROWS_TO_FILL = 5_000
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_NARROWEST, _WIDEST = 12, 36


def template(kind: type[ImportResource], actor: Actor | None = None) -> IO[bytes]:
    """A workbook to fill in, in the reader's language.

    Required headings carry a star; columns hold text, so that no digit is lost; choices, and references in the actor's
    area, are offered as lists. The import skips its example row as long as nobody writes over that. A second sheet
    explains each column.
    """
    file = TemporaryFile()  # noqa: SIM115 - the caller sends and closes it
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _Template(book, kind, kind().references(actor, MOST_REFERENCES) if actor else {}).write()
    book.close()
    file.seek(0)
    return file


class _Template:
    """One workbook being written."""

    def __init__(
        self, book: Any, kind: type[ImportResource], references: Mapping[str, Sequence[tuple[str, str]]]
    ) -> None:
        self._book = book
        self._kind = kind
        self._columns = kind.columns()
        self._references = {name: given for name, given in references.items() if 0 < len(given) <= MOST_REFERENCES}
        self._text = book.add_format({"num_format": "@"})
        self._example = book.add_format({"num_format": "@", "italic": True, "font_color": "#6B7280"})
        self._wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        head = {"bold": True, "bg_color": "#EAF0F6", "border": 1, "num_format": "@"}
        self._heading = book.add_format(head)
        self._required = book.add_format(head | {"font_color": "#B42318"})

    def write(self) -> None:
        """All sheets, the one to fill in first."""
        sheet = self._book.add_worksheet(_sheet_name(str(self._kind.label)))
        self._explain(self._book.add_worksheet(_sheet_name(_("How to fill it in"))))
        places = self._lists()
        for at, (name, column) in enumerate(self._columns.items()):
            self._column(sheet, at, column, places.get(name))
        sheet.write_comment(
            1,
            0,
            _("An example. As it stands this row is not imported. Write over all of it, this cell too, or leave it."),
        )
        sheet.freeze_panes(1, 0)

    def _column(self, sheet: Any, at: int, column: Column, place: str | None) -> None:
        title = heading(column)
        example = example_of(column, first=at == 0)
        sheet.set_column(at, at, min(max(_NARROWEST, 2 * len(title), len(example) + 2), _WIDEST), self._text)
        sheet.write_string(0, at, title, self._required if column.required else self._heading)
        sheet.write_comment(0, at, advice_of(column))
        if example:
            sheet.write_string(1, at, example, self._example)
        else:
            sheet.write_blank(1, at, None, self._example)
        if place:
            # Other words for the same are understood too, and new codes may be right: the list warns and lets pass.
            offer = {"validate": "list", "source": place, "error_type": "warning"}
            sheet.data_validation(1, at, ROWS_TO_FILL, at, offer)

    def _lists(self) -> dict[str, str]:
        """Where each column's list stands, for its formula: on a hidden sheet, and codes with their names on one to read."""
        offered = {
            name: list(dict.fromkeys(column.widget.render(value) for value in column.widget.choices.values()))
            for name, column in self._columns.items()
            if isinstance(column.widget, ChoiceWidget)
        }
        offered |= {name: [code for code, _name in given] for name, given in self._references.items()}
        if self._references:
            self._codes(self._book.add_worksheet(_sheet_name(_("Codes"))))
        if not offered:
            return {}
        sheet = self._book.add_worksheet("lists")
        sheet.hide()
        for at, texts in enumerate(offered.values()):
            _write_column(sheet, at, texts, self._text)
        return {
            name: f"=lists!{xlsxwriter.utility.xl_range_abs(0, at, len(texts) - 1, at)}"
            for at, (name, texts) in enumerate(offered.items())
        }

    def _codes(self, sheet: Any) -> None:
        for at, (name, given) in enumerate(self._references.items()):
            sheet.set_column(2 * at, 2 * at + 1, 24, self._text)
            sheet.write_string(0, 2 * at, str(self._columns[name].label), self._heading)
            sheet.write_string(0, 2 * at + 1, _("Meaning"), self._heading)
            _write_column(sheet, 2 * at, [code for code, _meaning in given], self._text, first=1)
            _write_column(sheet, 2 * at + 1, [meaning for _code, meaning in given], self._text, first=1)
        sheet.freeze_panes(1, 0)

    def _explain(self, sheet: Any) -> None:
        titles = [pgettext("table", "Column"), _("Must be filled in"), _("How to fill it in"), _("Example")]
        for at, (title, width) in enumerate(zip(titles, (24, 14, 60, 24), strict=True)):
            sheet.set_column(at, at, width, self._text)
            sheet.write_string(0, at, title, self._heading)
        for row, column in enumerate(self._columns.values(), start=1):
            needed = pgettext("required", "yes") if column.required else ""
            line = [str(column.label), needed, advice_of(column), column.example]
            for at, text in enumerate(line):
                sheet.write_string(row, at, text, self._wrapped)
        sheet.freeze_panes(1, 0)


def heading(column: Column) -> str:
    """The heading in the reader's language; a star says that the column must be filled in."""
    return f"{column.label} *" if column.required else str(column.label)


def example_of(column: Column, *, first: bool) -> str:
    """The cell of the example row; the first one says what the row is, which the import knows it by."""
    given = example_in(column)
    if not first:
        return given
    return f"{_('Example')}: {given}" if given else _("Example")


def advice_of(column: Column) -> str:
    """How to fill a column in: what the resource says, and what its kind of cell takes."""
    parts = [_("Must be filled in.") if column.required else "", str(column.note), column.widget.advice()]
    return "\n".join(part for part in parts if part)


def _write_column(sheet: Any, at: int, texts: Iterable[str], style: Any, *, first: int = 0) -> None:
    for row, text in enumerate(texts, start=first):
        sheet.write_string(row, at, text, style)


def _sheet_name(text: str) -> str:
    return _FORBIDDEN.sub(" ", text).strip()[:31] or "Sheet1"
