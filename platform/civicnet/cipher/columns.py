"""The encrypted columns of all models, and their values as they are stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import ExpressionWrapper, F, Model, TextField

from civicnet.cipher.fields import EncryptedField

CHUNK = 500
_STORED = "stored_"


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row's sealed values by field name, and its blind indexes by column."""

    pk: Any
    sealed: dict[str, str]
    indexes: dict[str, str]


def encrypted_models() -> list[tuple[type[Model], list[EncryptedField]]]:
    """Models with encrypted columns of their own, each with these columns."""
    found = []
    for model in apps.get_models():
        fields = [one for one in model._meta.local_concrete_fields if isinstance(one, EncryptedField)]
        if fields and not model._meta.proxy and model._meta.managed:
            found.append((model, fields))
    return found


def stored_rows(model: type[Model], fields: list[EncryptedField]) -> Iterator[list[StoredRow]]:
    """All rows in chunks, by primary key: rows that come meanwhile are sealed with the newest key anyway."""
    names, indexes = [one.attname for one in fields], [one.index for one in fields if one.index]
    rows = stored(model, names).order_by("pk").values("pk", *(_STORED + name for name in names), *indexes)
    last: Any = None
    while chunk := list((rows if last is None else rows.filter(pk__gt=last))[:CHUNK]):
        yield [
            StoredRow(
                row["pk"],
                {name: row[_STORED + name] for name in names if row[_STORED + name]},
                {name: row[name] for name in indexes},
            )
            for row in chunk
        ]
        last = chunk[-1]["pk"]


def stored(model: type[Model], names: list[str]) -> Any:
    """Rows with their sealed texts as ``stored_<field>``, which are not opened on the way out."""
    bare = {_STORED + name: ExpressionWrapper(F(name), output_field=TextField()) for name in names}
    return model._base_manager.annotate(**bare)


def unchanged(row: StoredRow) -> dict[str, str]:
    """The condition that a row still holds what was read; for a queryset of ``stored``."""
    return {_STORED + name: text for name, text in row.sealed.items()}
