"""Types of columns, read once for each generation, and which column has which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, Q, QuerySet
from wagtail.models import Workflow

from civicnet.contract import Actor
from civicnet.gateway.content.tree_paths import STEP
from civicnet.lifecycle.snapshot import PerGeneration
from civicnet.records.shapes import RecordShape
from civicnet_publicity.models import Channel, ColumnField, ColumnPage, ColumnType
from civicnet_publicity.permissions import can_manage_types


@dataclass(frozen=True, slots=True)
class TypeOfColumns:
    """A type: its number, its definition, how its pages look, and its review path by number."""

    pk: int
    shape: RecordShape
    list_template: str
    article_template: str
    workflow: int | None


def column_types() -> Mapping[int, TypeOfColumns]:
    """All types by number, in the order of their keys. Two statements at most, none while nothing changes."""
    return _KEPT.now()


def type_of(column: int | None) -> TypeOfColumns | None:
    """The type of a column by its number. One statement."""
    row = ColumnPage.objects.filter(pk=column).values_list("column_type", flat=True).first()
    return None if row is None else column_types().get(row)


def type_at(path: str) -> TypeOfColumns | None:
    """The type of the column in which the page at this path stands. One statement."""
    return types_at([path]).get(path[:-STEP])


def types_at(paths: Iterable[str]) -> dict[str, TypeOfColumns]:
    """Types by the path of the column, for articles whose paths are known; columns without one are left out. One statement."""
    above = {path[:-STEP] for path in paths}
    rows = ColumnPage.objects.filter(path__in=above, column_type__isnull=False).values_list("path", "column_type")
    known = [(path, column_types().get(pk)) for path, pk in rows]
    return {path: one for path, one in known if one is not None}


def paths_of(types: Collection[int]) -> dict[int, list[str]]:
    """The paths of all columns of these types, by the number of the type. One statement."""
    found: dict[int, list[str]] = {}
    for pk, path in ColumnPage.objects.filter(column_type__in=types).values_list("column_type", "path"):
        found.setdefault(pk, []).append(path)
    return found


def references_in(stored: Any) -> Iterator[tuple[tuple[type[Model], str], str]]:
    """What the values of an article refer to, with the keys of type and field; also of those that it does not show."""
    for kept in column_types().values():
        for field, value in kept.shape.referring(stored):
            if (one := field.known.reference(value)) is not None:
                yield one, f"{kept.shape.key}.{field.key}"


def managed_types(actor: Actor) -> QuerySet[ColumnType]:
    """The types with how many columns have each, for whoever makes them."""
    if not can_manage_types(actor):
        return ColumnType.objects.none()
    live = Count("fields", filter=Q(fields__retired_on=None), distinct=True)
    found: Any = ColumnType.objects.annotate(column_count=Count("columns", distinct=True), field_count=live)
    return found.order_by("name")  # type: ignore[no-any-return]


def fields_of(kept: ColumnType) -> list[ColumnField]:
    """The fields of a type, those that are asked for first."""
    rows = list(ColumnField.objects.filter(type=kept).order_by("order", "pk"))
    return sorted(rows, key=lambda one: one.retired_on is not None)


def offered_channels() -> QuerySet[Channel]:
    """The channels a type may send to."""
    return Channel.objects.order_by("name")


def offered_paths() -> QuerySet[Workflow]:
    """The review paths a type may have."""
    found: QuerySet[Workflow] = Workflow.objects.filter(active=True).order_by("name")
    return found


def _read() -> Mapping[int, TypeOfColumns]:
    fields: dict[int, list[Any]] = {}
    rows = list(ColumnType.objects.order_by("key"))
    for one in ColumnField.objects.order_by("order", "pk") if rows else ():
        fields.setdefault(one.type_id, []).append(one.shape)
    return {
        row.pk: TypeOfColumns(
            row.pk,
            RecordShape(row.key, row.name, tuple(fields.get(row.pk, ()))),
            row.list_template,
            row.article_template,
            row.workflow_id,
        )
        for row in rows
    }


_KEPT = PerGeneration(_read)
