"""Cells of sheets whose values are what is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from civicnet.exchange.cells import CellWidget, Reading


class StoredWidget(CellWidget):
    """A cell that is read as another kind of cell reads it, and kept in the form in which values of fields are stored."""

    def __init__(self, inner: CellWidget, stored: Callable[[Any], Any], shown: Callable[[Any], str]) -> None:
        super().__init__()
        self._inner, self._stored, self._shown = inner, stored, shown
        self.example = inner.example

    def advice(self) -> str:
        """As the other says."""
        return self._inner.advice()

    def read(self, cell: Any) -> Reading:
        """The value as it is stored."""
        reading = self._inner.read(cell)
        return Reading(self._stored(reading.value), reading.notes)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The value as it is read again."""
        return "" if value is None else self._shown(value)
