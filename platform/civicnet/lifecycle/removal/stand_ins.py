"""Stand-ins: models made from an inventory alone, that read and write rows as they are stored, sealed values sealed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.apps.registry import Apps
from django.db import models
from django.utils.duration import duration_iso_string
from django.utils.translation import gettext as _

from civicnet.contract import Conflict
from civicnet.lifecycle.inventory import Column, Table

T = TypeVar("T")
CHUNK = 500
_SAME = {
    *("AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField", "SmallIntegerField"),
    *("PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField", "BooleanField", "FloatField"),
    *("TextField", "DateField", "DateTimeField", "TimeField", "DurationField", "UUIDField", "DecimalField"),
    *("GenericIPAddressField", "CharField"),
}
_TEXT = {"SlugField", "FileField", "FilePathField"}


class _Bytes(models.BinaryField):
    """Bytes, written in base64."""

    def to_python(self, value: Any) -> Any:
        """Back from what an archive holds."""
        return base64.b64decode(value) if isinstance(value, str) else value


class _RawJson(models.JSONField):
    """JSON as the database has it, to the letter."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Unread."""
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Unread, too, where the database takes it so."""
        if isinstance(value, str) and connection.vendor == "postgresql":
            return connection.ops.adapt_json_value(json.loads(value), None)
        return value


class _AsItIs(models.Field):
    """A kind that Django itself does not have: what the driver gives is what the driver takes."""

    def get_internal_type(self) -> str:
        """None of Django's."""
        return "AsItIs"


class StandIn:
    """One table: its rows out as plain lists in the order of its columns, and back in."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.names = [f"c{number}" for number in range(len(table.columns))]
        single = len(table.keys) == 1
        fields: dict[str, Any] = {
            name: _field(column, single) for name, column in zip(self.names, table.columns, strict=True)
        }
        if not single:
            keys = [name for name, column in zip(self.names, table.columns, strict=True) if column.pk]
            fields["pk"] = models.CompositePrimaryKey(*keys)
        options = {"app_label": "civicnet_stand_in", "apps": Apps(), "db_table": table.name, "managed": False}
        meta = type("Meta", (), options)
        self.model: Any = type("Row", (models.Model,), {**fields, "__module__": __name__, "Meta": meta})

    @property
    def rows(self) -> models.QuerySet[Any]:
        """All rows of the table."""
        found: models.QuerySet[Any] = self.model._base_manager.order_by("pk")
        return found

    def name_of(self, column: str) -> str:
        """What a column is called here."""
        return next(name for name, one in zip(self.names, self.table.columns, strict=True) if one.name == column)

    def read(self, keys: Iterable[Any] | None = None) -> Iterator[list[Any]]:
        """All rows, or those of some keys, a few at a time.

        Raises:
            Conflict: a value is of a kind that JSON cannot hold.
        """
        if keys is None:
            yield from map(self._told, self.rows.values_list(*self.names).iterator(chunk_size=CHUNK))
            return
        for some in chunks(keys):
            yield from map(self._told, self.rows.filter(pk__in=some).values_list(*self.names))

    def write(self, rows: Iterable[list[Any]], *, ignore_conflicts: bool = False) -> int:
        """Add rows; returns how many were given."""
        written = 0
        fields = [self.model._meta.get_field(name) for name in self.names]
        for some in chunks(rows):
            made = [
                self.model(
                    **{one.name: None if told is None else one.to_python(told) for one, told in _pairs(fields, row)}
                )
                for row in some
            ]
            self.model._base_manager.bulk_create(made, ignore_conflicts=ignore_conflicts)
            written += len(made)
        return written

    def _told(self, row: tuple[Any, ...]) -> list[Any]:
        try:
            return [plain(value) for value in row]
        except TypeError as error:
            told = {"table": self.table.name, "why": error}
            raise Conflict(_("An archive cannot hold what is in %(table)s: %(why)s.") % told) from error


def chunks(things: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The same things in lists of at most ``size``."""
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some


def plain(value: Any) -> Any:
    """A value as JSON holds it without loss. Raises TypeError for a kind that it cannot hold."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal() | UUID():
            return str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return duration_iso_string(value)
        case bytes() | bytearray() | memoryview():
            return base64.b64encode(bytes(value)).decode()
        case list() | tuple():
            return [plain(one) for one in value]
        case dict():
            return {str(name): plain(one) for name, one in value.items()}
    raise TypeError(type(value).__name__)


def _pairs(fields: list[Any], row: list[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(fields, row, strict=True)


def _field(column: Column, single: bool) -> models.Field[Any, Any]:
    options: dict[str, Any] = {"db_column": column.name, "null": column.null, "primary_key": column.pk and single}
    if column.kind == "DecimalField":
        return models.DecimalField(max_digits=column.max_digits, decimal_places=column.decimal_places, **options)
    if column.kind == "BinaryField":
        return _Bytes(**options)
    if column.kind == "JSONField":
        return _RawJson(**options)
    if column.kind in _SAME:
        made: models.Field[Any, Any] = getattr(models, column.kind)(**options)
        return made
    if column.kind in _TEXT:
        return models.TextField(**options)
    return _AsItIs(**options)
