"""Numbers that changed meanwhile: content types and permissions are made anew by a migration, and other rows may be gone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Revision

from civicnet.lifecycle.inventory import Column, Table
from civicnet.lifecycle.removal.stand_ins import chunks

KIND = ContentType._meta.label_lower
PERMISSION = Permission._meta.label_lower
_REVISION = Revision._meta.label_lower


class Numbers:
    """Turns the rows of an archive into rows of today."""

    def __init__(self, manifest: Mapping[str, Any], tables: Iterable[Table]) -> None:
        kinds = {(one.app_label, one.model): one.pk for one in ContentType.objects.all()}
        permissions = {
            (one.content_type.app_label, one.content_type.model, one.codename): one.pk
            for one in Permission.objects.select_related("content_type")
        }
        self.now: dict[str, dict[int, int | None]] = {
            KIND: {int(old): kinds.get(tuple(name)) for old, name in manifest["content_types"].items()},
            PERMISSION: {int(old): permissions.get(tuple(name)) for old, name in manifest["permissions"].items()},
        }
        self.inside = {table.model for table in tables}

    def today(self, label: str, key: Any) -> Any:
        """Today's number of one row of a model; None for a content type or permission that there is no more."""
        return self.now[label].get(key) if label in self.now else key

    def rows_of_today(self, table: Table, rows: Iterable[list[Any]], *, own: bool) -> Iterator[list[Any]]:
        """The rows with today's numbers, in their order.

        A row of the host that points at something gone points at nothing, or is left out where it must point. A plugin's
        own rows keep what they point at outside: the database does not mind, and the orphans are counted.
        """
        for some in chunks(rows):
            gone = {} if own else self._gone(table, some)
            for row in some:
                if (made := self._made(table, row, gone, own=own)) is not None:
                    yield made

    def _made(self, table: Table, row: list[Any], gone: Mapping[str, set[Any]], *, own: bool) -> list[Any] | None:
        made = list(row)
        for place, column in enumerate(table.columns):
            value = row[place]
            if value is None:
                continue
            if column.to in self.now:
                made[place] = self.today(column.to, value)
            elif value in gone.get(column.name, ()):
                made[place] = None
            elif table.link and column.pk and not own:
                # Nobody knows a link by its number, and another may have it by now.
                made[place] = None
                continue
            if made[place] is None and not column.null:
                return None
        if table.model == _REVISION:
            self._turn_revision(table, made)
        return made

    def _turn_revision(self, table: Table, row: list[Any]) -> None:
        place = next(at for at, column in enumerate(table.columns) if column.name == "content")
        content = json.loads(row[place])
        kind = self.now[KIND].get(content.get("content_type"))
        if kind is not None and kind != content["content_type"]:
            row[place] = json.dumps(content | {"content_type": kind}, ensure_ascii=False)

    def _gone(self, table: Table, rows: list[list[Any]]) -> dict[str, set[Any]]:
        found = {}
        for place, column in enumerate(table.columns):
            if not column.to or column.to in self.now or column.to in self.inside:
                continue
            wanted = {row[place] for row in rows} - {None}
            found[column.name] = wanted - _there(column, wanted)
        return found


def _there(column: Column, wanted: set[Any]) -> set[Any]:
    try:
        model = apps.get_model(column.to)
    except LookupError:
        return set()
    there = model._base_manager.filter(pk__in=wanted).values_list("pk", flat=True)
    return {one if isinstance(one, int) else str(one) for one in there}
