"""Cells that an export tells and an import passes over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from civicnet.exchange.cells import CellWidget, Reading, plain_text

_MOST = 200


class ShownWidget(CellWidget):
    """For reading only: a moment in local time, or a text. Whatever a sheet says there is passed over."""

    def read(self, cell: Any) -> Reading:
        """As it stands."""
        return Reading(plain_text(cell)[:_MOST])

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """A moment to the minute."""
        return f"{localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else super().render(value)
