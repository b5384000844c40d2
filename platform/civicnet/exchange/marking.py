"""Marks in somebody's workbook: faulty cells in colour, with a comment. In a process of its own, like the reading.

Run as ``python -m civicnet.exchange.marking PATH``. Its input is JSON: the name of the sheet, and marks as lists of the row,
the column counted from 1, and the sentence. Its output is the workbook. It imports no Django.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from civicnet.exchange.workbook import limit

COLOUR = "FFFFC7CE"
_AUTHOR = "CivicNet"
# Points; a comment takes no more room than its sentence needs.
_WIDTH, _LINE, _SIGNS_IN_LINE = 260, 18, 18


def main(path: str) -> None:
    """Read the marks, write the workbook."""
    limit()
    order = json.load(sys.stdin)
    book = load_workbook(path, keep_links=False)
    _without_formulas(book, load_workbook(path, keep_links=False, data_only=True))
    sheet = book[order["sheet"]]
    for row, column, sentence in order["marks"]:
        cell = _cell(sheet, row, column)
        _mark(cell, sentence)
        _show(sheet, cell)
    book.active = sheet
    made = io.BytesIO()
    book.save(made)
    sys.stdout.buffer.write(made.getvalue())


def _without_formulas(book: Any, shown: Any) -> None:
    """What a formula showed takes its place, and its text where it showed nothing: no cell that we hand out runs."""
    for sheet in book.worksheets:
        for cell in _formulas(sheet):
            value = shown[sheet.title].cell(cell.row, cell.column).value
            text = str(getattr(cell.value, "text", cell.value))
            cell.value = text if value is None else value
            if isinstance(cell.value, str):
                cell.data_type = "s"


def _formulas(sheet: Any) -> Iterable[Any]:
    # Those that are there: a sheet may claim to have a million rows, and walking over them would make them.
    return [cell for cell in list(sheet._cells.values()) if cell.data_type == "f"]


def _cell(sheet: Any, row: int, column: int) -> Any:
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        held = next(one for one in sheet.merged_cells.ranges if cell.coordinate in one)
        return sheet.cell(held.min_row, held.min_col)
    return cell


def _show(sheet: Any, cell: Any) -> None:
    """A mark that a filter, or somebody's hiding, keeps from the eye is none."""
    sheet.row_dimensions[cell.row].hidden = False
    for columns in list(sheet.column_dimensions.values()):
        if columns.hidden and (columns.min or 0) <= cell.column <= (columns.max or 0):
            columns.hidden = False


def _mark(cell: Any, sentence: str) -> None:
    cell.fill = PatternFill("solid", fgColor=COLOUR)
    if not cell.is_date:
        # What is typed here again stays as it is typed: a number of 18 digits would lose its last ones once more.
        cell.number_format = "@"
    text = f"{cell.comment.text}\n{sentence}" if cell.comment else sentence
    lines = sum(1 + len(line) // _SIGNS_IN_LINE for line in text.splitlines())
    cell.comment = Comment(text, _AUTHOR, width=_WIDTH, height=_LINE * (lines + 1))


if __name__ == "__main__":
    main(sys.argv[1])
