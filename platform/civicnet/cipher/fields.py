"""Encrypted columns: sealed in the database, plain in Python."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact

from civicnet.cipher.ring import decrypt, encrypt


class EncryptedField(models.TextField):
    """Text that is sealed in the database, bound to its model and field.

    It cannot be filtered, except for being null or empty. ``index`` names the column beside it that holds its blind index,
    which the code that writes the value fills with ``blind_index`` and ``civicnet keys rotate`` makes anew. ``sealed_as``
    keeps the old place after the model or field was renamed.
    """

    def __init__(self, *args: Any, index: str = "", sealed_as: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.index = index
        self.sealed_as = sealed_as

    @property
    def place(self) -> str:
        """What a value of this column is bound to, e.g. ``civicnet_grid.worker.phone``."""
        return self.sealed_as or f"{self.model._meta.label_lower}.{self.attname}"

    def deconstruct(self) -> Any:
        """As a migration writes it."""
        name, path, args, kwargs = super().deconstruct()
        # Where the index stands is the code's business alone; what a value is bound to matters to migrations of data.
        return name, path, args, kwargs | ({"sealed_as": self.sealed_as} if self.sealed_as else {})

    def get_prep_value(self, value: Any) -> str | None:
        """Seal on the way in."""
        return None if value is None else ("" if value == "" else encrypt(str(value), place=self.place))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Open on the way out."""
        return decrypt(value, place=self.place) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Only asking for null or for emptiness makes sense on a sealed value."""
        return {"isnull": super().get_lookup("isnull"), "exact": _Empty}.get(lookup_name)


class _Empty(Exact):
    """Equal to "": the one value that is stored as it is."""

    def get_prep_lookup(self) -> str:
        """Refuse any other."""
        if self.rhs != "":
            raise FieldError("a sealed value cannot be searched: ask its blind index")
        return ""
