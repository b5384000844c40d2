"""Example rows: the template's own, told from a row that somebody has written over it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from civicnet.exchange.cells import Fault, is_blank, plain_text

if TYPE_CHECKING:
    from civicnet.exchange.resource import Column

# What templates write at the beginning of their example row, in any language.
_EXAMPLE = re.compile(r"(?:示例|样例|example)(?:\s*[:\uff1a].*)?", re.IGNORECASE | re.DOTALL)


def example_in(column: Column) -> str:
    """What a template's example row has in a column; "" for nothing."""
    return str(column.example or column.widget.example)


def called_example(cells: Mapping[str, Any]) -> str | None:
    """The column of the first cell that is filled in, if that cell calls the row an example; else None."""
    name, cell = next(((name, cell) for name, cell in cells.items() if not is_blank(cell)), ("", None))
    return name if isinstance(cell, str) and _EXAMPLE.fullmatch(cell.strip()) else None


def is_untouched(columns: Mapping[str, Column], cells: Mapping[str, Any], *, first: str) -> bool:
    """Whether nobody has written over an example row, but for the cell that calls it one: nothing is lost with it.

    It says what the template says, or nothing in any of the columns that every row needs.
    """
    needed = [name for name, column in columns.items() if column.required and name != first]
    if needed and all(is_blank(cells.get(name)) for name in needed):
        return True
    return all(is_blank(cell) or _is_ours(columns[name], cell) for name, cell in cells.items() if name != first)


def _is_ours(column: Column, cell: Any) -> bool:
    ours = example_in(column)
    if not ours or plain_text(cell).strip() == ours:
        return bool(ours)
    # A spreadsheet may have made a date or a number of it.
    try:
        return bool(column.widget.read(cell).value == column.widget.read(ours).value)
    except Fault:
        return False
