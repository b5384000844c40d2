"""Rivals: the same roster into one plain table, as a project would write it with what is at hand."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import tablib
from django.db import connection, models, transaction
from import_export import fields, resources
from import_export.instance_loaders import CachedInstanceLoader
from import_export.widgets import DateWidget, ForeignKeyWidget

from civicnet_grid.models import Grid

BATCH = 2_000


class RosterLine(models.Model):
    """A person with a post, all in one row. It belongs to no migration: the benchmark makes its table."""

    serial = models.CharField(max_length=20)
    township = models.CharField(max_length=50)
    community = models.CharField(max_length=50)
    community_code = models.CharField(max_length=12)
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=20)
    duty = models.CharField(max_length=5, blank=True)
    name = models.CharField(max_length=100)
    sex = models.CharField(max_length=1)
    id_number = models.CharField(max_length=18, unique=True)
    phone = models.CharField(max_length=20, db_index=True)
    political_status = models.CharField(max_length=20)
    since = models.DateField()
    remark = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "civicnet_site"

    def __str__(self) -> str:
        return self.name


COLUMNS = [one.attname for one in RosterLine._meta.concrete_fields if not one.primary_key]
CHANGED = [name for name in COLUMNS if name != "id_number"]


class CachedGridWidget(ForeignKeyWidget):
    """Grids by code, read once."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """Look it up in what was read."""
        if not hasattr(self, "known"):
            self.known = {grid.code: grid for grid in Grid.objects.all()}
        return self.known[value]


def _resource(grids: type[ForeignKeyWidget], **options: Any) -> resources.ModelResource:
    headings = dict(zip([name.removesuffix("_id") for name in COLUMNS], _headings(), strict=True))
    declared = {
        name: fields.Field(attribute=name, column_name=heading, widget=_widget(name, grids))
        if _widget(name, grids)
        else fields.Field(attribute=name, column_name=heading)
        for name, heading in headings.items()
    }
    meta = type("Meta", (), {"model": RosterLine, "import_id_fields": ["id_number"], "fields": [*headings], **options})
    made: type[resources.ModelResource] = type(
        "RosterLineResource", (resources.ModelResource,), {"Meta": meta, **declared}
    )
    return made()


def _widget(name: str, grids: type[ForeignKeyWidget]) -> Any:
    if name == "grid":
        return grids(Grid, field="code")
    return DateWidget("%Y-%m-%d") if name == "since" else None


def _headings() -> list[str]:
    from civicnet_site.bench.exchange.roster import HEADINGS

    return HEADINGS


def prepare() -> None:
    """The table."""
    with connection.schema_editor() as editor:
        editor.create_model(RosterLine)


def empty() -> None:
    """Take away what an earlier turn has written."""
    RosterLine._default_manager.all()._raw_delete(connection.alias)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def check(rows: int, *, changed: bool) -> None:
    """Everybody is there, with the phone of the file."""
    if (
        RosterLine._default_manager.count() != rows
        or RosterLine._default_manager.get(name="演示7").phone != f"14{changed:d}00000007"
    ):
        raise RuntimeError(f"{RosterLine._default_manager.count()} of {rows} rows")


def defaults(path: Path) -> dict[str, float]:
    """django-import-export as its documentation begins."""
    return _imported(path, _resource(ForeignKeyWidget))


def bulk(path: Path) -> dict[str, float]:
    """The same with all its own means of being quick."""
    quick = {"use_bulk": True, "batch_size": 200, "skip_diff": True, "instance_loader_class": CachedInstanceLoader}
    return _imported(path, _resource(CachedGridWidget, **quick))


def plain(path: Path) -> dict[str, float]:
    """``csv.reader`` and ``bulk_create``."""
    batch: list[RosterLine] = []
    with transaction.atomic():
        for values in _typed(path):
            batch.append(RosterLine(**dict(zip(COLUMNS, values, strict=True))))
            if len(batch) == BATCH:
                _upsert(batch)
        _upsert(batch)
    return {}


def copy(path: Path) -> dict[str, float]:
    """``csv.reader`` and PostgreSQL's COPY; a change goes by a table of its own."""
    names = ", ".join(COLUMNS)
    table = RosterLine._meta.db_table
    rows = _typed(path)
    with transaction.atomic(), connection.cursor() as cursor:
        if not RosterLine._default_manager.exists():
            _copy(cursor, f"COPY {table} ({names}) FROM STDIN", rows)
            return {}
        changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in CHANGED)
        cursor.execute(f"CREATE TEMP TABLE line ON COMMIT DROP AS SELECT {names} FROM {table} LIMIT 0")  # noqa: S608
        _copy(cursor, f"COPY line ({names}) FROM STDIN", rows)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM line "  # noqa: S608
            f"ON CONFLICT (id_number) DO UPDATE SET {changes}"
        )
    return {}


CONTESTANTS: dict[str, Callable[[Path], dict[str, float]]] = {
    "defaults": defaults,
    "bulk": bulk,
    "plain": plain,
    "copy": copy,
}


def _imported(path: Path, resource: resources.ModelResource) -> dict[str, float]:
    data = tablib.Dataset().load(path.read_text(encoding="utf-8-sig"), format="csv")
    resource.import_data(data, raise_errors=True)
    return {}


def _upsert(batch: list[RosterLine]) -> None:
    RosterLine._default_manager.bulk_create(
        batch, BATCH, update_conflicts=True, unique_fields=["id_number"], update_fields=CHANGED
    )
    batch.clear()


def _typed(path: Path) -> Iterator[list[Any]]:
    grids = dict(Grid.objects.values_list("code", "pk"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        at, day = COLUMNS.index("grid_id"), COLUMNS.index("since")
        for row in reader:
            typed: list[Any] = [*row]
            typed[at], typed[day] = grids[row[at]], date.fromisoformat(row[day])
            yield typed


def _copy(cursor: Any, statement: str, rows: Iterator[list[Any]]) -> None:
    # Read before: another statement on this connection would wait for ever inside the copy.
    first = next(rows)
    with cursor.copy(statement) as copying:
        copying.write_row(first)
        for row in rows:
            copying.write_row(row)
