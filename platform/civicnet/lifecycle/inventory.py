"""The inventory: what each plugin keeps in the database, written down so that it can be taken out without its code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from civicnet.lifecycle.models import PluginState
from civicnet.lifecycle.registry import registry

# Of a foreign key only the kind of what it points at is stored.
_COUNTED = {"AutoField": "IntegerField", "BigAutoField": "BigIntegerField", "SmallAutoField": "SmallIntegerField"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``kind`` is Django's name of the field; ``to`` the model that it points at, "" where it points at none.

    ``parent``: it is the row of the model that this one extends. ``on_delete`` is the rule for what it points at.
    """

    name: str
    kind: str
    null: bool = False
    pk: bool = False
    max_length: int | None = None
    max_digits: int | None = None
    decimal_places: int | None = None
    to: str = ""
    to_table: str = ""
    parent: bool = False
    on_delete: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the model it holds, by its label, and its columns. ``link``: it only links two others."""

    name: str
    model: str
    columns: tuple[Column, ...]
    link: bool = False

    @property
    def keys(self) -> list[Column]:
        """The columns that tell a row from the others."""
        return [one for one in self.columns if one.pk]


@dataclass(frozen=True, slots=True)
class Inventory:
    """All tables of one plugin, under the label of its Django app, in the version that made them."""

    package: str
    label: str
    version: str
    tables: tuple[Table, ...]


def take_inventory(slug: str) -> Inventory:
    """What a loaded plugin keeps, as its models say. Raises KeyError for a plugin that is not loaded."""
    manifest = registry.manifests[slug]
    app = app_of(manifest.package)
    kept = sorted(app.get_models(include_auto_created=True), key=lambda one: one._meta.db_table) if app else []
    tables = tuple(describe(one) for one in kept if one._meta.managed and not one._meta.proxy)
    return Inventory(manifest.package, app.label if app else manifest.package, str(manifest.version), tables)


def app_of(package: str) -> AppConfig | None:
    """The Django app of a plugin's package; None for one that has none."""
    return next((one for one in apps.get_app_configs() if one.name == package), None)


def describe(model: type[models.Model]) -> Table:
    """One model's table."""
    meta = model._meta
    stored = [one for one in meta.local_concrete_fields if not getattr(one, "generated", False)]
    return Table(
        name=meta.db_table,
        model=meta.label_lower,
        columns=tuple(_column(one, {str(field.column) for field in meta.pk_fields}) for one in stored),
        link=bool(meta.auto_created),
    )


def known_inventory(slug: str) -> Inventory | None:
    """What a plugin keeps: as its models say while it is loaded, else as it was last loaded; None for an unknown one."""
    if slug in registry.manifests:
        return take_inventory(slug)
    stored = PluginState.objects.filter(slug=slug).values_list("inventory", flat=True).first()
    return from_json(stored) if stored else None


def to_json(inventory: Inventory) -> dict[str, Any]:
    """As the database and archives keep it; what a column is not is left out."""
    tables = [table_to_json(one) for one in inventory.tables]
    return {"package": inventory.package, "label": inventory.label, "version": inventory.version, "tables": tables}


def table_to_json(table: Table) -> dict[str, Any]:
    """One table of it."""
    return {**asdict(table), "columns": [_short(column) for column in table.columns]}


def from_json(told: Mapping[str, Any]) -> Inventory:
    """The inventory that ``to_json`` told of."""
    return Inventory(told["package"], told["label"], told["version"], tuple(map(table_from_json, told["tables"])))


def table_from_json(told: Mapping[str, Any]) -> Table:
    """The table that ``table_to_json`` told of."""
    columns = tuple(Column(**one) for one in told["columns"])
    return Table(told["name"], told["model"], columns, bool(told.get("link")))


def write_inventories(sender: Any = None, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """What ``post_migrate`` calls: keep the inventory of each loaded plugin whose tables are as its models want them.

    A plugin that is seen for the first time gets its row, switched off.
    """
    connection = connections[using]
    present = set(connection.introspection.table_names())
    if any(misfits(connection, [describe(PluginState)], present)):
        return
    known = {one.slug: one for one in PluginState.objects.using(using)}
    for slug in registry.manifests:
        told = to_json(take_inventory(slug))
        stored = known.get(slug)
        if (stored is None or stored.inventory != told) and not any(
            misfits(connection, from_json(told).tables, present)
        ):
            PluginState.objects.using(using).update_or_create(
                slug=slug, defaults={"inventory": told, "last_seen_version": told["version"]}
            )


def misfits(connection: BaseDatabaseWrapper, tables: Iterable[Table], present: set[str] | None = None) -> Iterator[str]:
    """Tables and columns that should be in the database and are not, each by its name."""
    with connection.cursor() as cursor:
        there = present if present is not None else set(connection.introspection.table_names(cursor))
        for table in tables:
            if table.name not in there:
                yield table.name
                continue
            columns = {one.name for one in connection.introspection.get_table_description(cursor, table.name)}
            yield from (f"{table.name}.{one.name}" for one in table.columns if one.name not in columns)


def outward_constraints(slug: str) -> list[str]:
    """Fields of a loaded plugin that the database ties to tables outside it; there must be none.

    With such a tie a row of the host could not be deleted while the plugin's code does not load: only its models know
    what becomes of their rows then. Give the field ``db_constraint=False``.
    """
    app = app_of(registry.manifests[slug].package)
    return sorted(
        f"{model._meta.label}.{field.name}"
        for model in (app.get_models(include_auto_created=True) if app else ())
        for field in foreign_keys(model)
        if field.remote_field.model._meta.app_label != model._meta.app_label and field.db_constraint
    )


def foreign_keys(model: type[models.Model]) -> list[Any]:
    """The foreign keys that a model itself stores, the link to a model that it extends among them."""
    return [one for one in model._meta.local_concrete_fields if isinstance(one, models.ForeignKey)]


def _column(field: models.Field, keys: set[str]) -> Column:
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    kind = target.get_internal_type()
    points = isinstance(field, models.ForeignKey)
    remote: Any = field.remote_field
    return Column(
        name=str(field.column),
        kind=_COUNTED.get(kind, kind) if points else kind,
        null=field.null,
        pk=str(field.column) in keys,
        max_length=target.max_length,
        max_digits=getattr(target, "max_digits", None),
        decimal_places=getattr(target, "decimal_places", None),
        to=remote.model._meta.label_lower if points else "",
        to_table=remote.model._meta.db_table if points else "",
        parent=points and bool(remote.parent_link),
        on_delete=getattr(remote.on_delete, "__name__", "") if points else "",
    )


def _short(column: Column) -> dict[str, Any]:
    return {
        name: value
        for name, value in asdict(column).items()
        if value is not None and value is not False and value != ""
    }
