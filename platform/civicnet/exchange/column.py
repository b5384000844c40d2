"""A column of a sheet: what it is called, how its cells are read, and what its blanks say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from import_export.fields import Field

from civicnet.exchange.cells import CellWidget


class Column(Field):
    """``column_name`` is the heading in files, ``label`` the name on screens, ``aliases`` are other headings.

    A column that a file does not have leaves what is held; a blank cell of one that it has empties it. Where
    ``blank_keeps``, a blank cell says nothing either.
    ``element`` is the key of the data element that it fills; None where it fills none.
    """

    def __init__(
        self,
        *,
        column_name: str,
        widget: CellWidget,
        label: Any,
        attribute: str | None = None,
        aliases: Sequence[str] = (),
        required: bool = False,
        note: Any = "",
        example: str = "",
        blank_keeps: bool = False,
        element: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(attribute=attribute, column_name=column_name, widget=widget, **kwargs)
        self.label = label
        self.aliases = tuple(aliases)
        self.required = required
        self.note = note
        self.example = example
        self.blank_keeps = blank_keeps
        self.element = element
