"""Columns of bulk writes: values as the database stores them, a whole column at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, DateField, DateTimeField, Field, ForeignKey, IntegerField, Model, TextField

from civicnet.cipher import blind_index_all, encrypt_all
from civicnet.cipher.fields import EncryptedField

Convert = Callable[[Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The fields to write, the key first, and how each column of given values becomes a stored one.

    ``defaults`` are the values, by name, of fields that nobody gave.
    """

    fields: list[Field[Any, Any]]
    sources: list[tuple[int | None, Convert | None, Any]]
    defaults: dict[str, Any]

    def stored(self, rows: Sequence[Sequence[Any]]) -> Iterable[tuple[Any, ...]]:
        """Rows as they are stored, without their keys."""
        given = list(zip(*rows, strict=True))
        columns: list[Iterable[Any]] = []
        for at, convert, constant in self.sources:
            if at is None:
                columns.append([constant] * len(rows))
            else:
                columns.append(given[at] if convert is None else convert(given[at]))
        return zip(*columns, strict=True)


def prepared(
    model: type[Model], names: Sequence[str], connection: BaseDatabaseWrapper, *, complete: bool = False
) -> Prepared:
    """How rows with these fields are stored; ``complete`` adds the defaults of all other fields, as a new row needs them."""
    by_name = {one.attname: one for one in model._meta.local_concrete_fields}
    pk = model._meta.pk
    at = {name: place for place, name in enumerate(names)}
    fields: list[Any] = [pk]
    sources: list[tuple[int | None, Convert | None, Any]] = []
    defaults: dict[str, Any] = {}
    sealed = [(name, field) for name in names if isinstance(field := by_name[name], EncryptedField)]
    indexed = {field.index: name for name, field in sealed if field.index and field.index not in at}
    for name, field in by_name.items():
        if field is pk:
            continue
        if name in indexed:
            # Beside a value that is sealed its index is made from the same.
            sources.append((at[indexed[name]], _indexes, None))
        elif name in at:
            sources.append((at[name], _converter(field, connection), None))
        elif complete:
            defaults[name] = _default(field)
            sources.append((None, None, field.get_db_prep_save(defaults[name], connection)))
        else:
            continue
        fields.append(field)
    return Prepared(fields, sources, defaults)


def _default(field: Any) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        from django.utils import timezone

        return timezone.now() if isinstance(field, DateTimeField) else timezone.localdate()
    return field.get_default()


def _converter(field: Any, connection: BaseDatabaseWrapper) -> Convert | None:
    if isinstance(field, EncryptedField):
        return partial(_sealed, place=field.place)
    if type(field) in (CharField, TextField):
        return lambda values: [value if value is None or type(value) is str else str(value) for value in values]
    if isinstance(field, ForeignKey) and isinstance(field.target_field, IntegerField):
        return None
    if isinstance(field, IntegerField):
        return None
    if type(field) is DateField and connection.vendor == "sqlite":
        return lambda values: [value.isoformat() if isinstance(value, date) else value for value in values]
    if type(field) is DateField:
        return None
    return lambda values: [field.get_db_prep_save(value, connection) for value in values]


def _indexes(values: Iterable[Any]) -> Iterable[Any]:
    given = [*values]
    made = iter(blind_index_all([str(value) for value in given if value]))
    return [next(made) if value else "" for value in given]


def _sealed(values: Iterable[Any], *, place: str) -> Iterable[Any]:
    given = [*values]
    made = iter(encrypt_all([str(value) for value in given if value is not None and value != ""], place=place))
    return [value if value is None or value == "" else next(made) for value in given]
