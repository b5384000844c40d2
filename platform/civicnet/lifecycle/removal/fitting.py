"""Fitting: whether what an archive holds can come back here, asked before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils.translation import gettext as _
from wagtail.models import Page

from civicnet.contract import Conflict, NotFound
from civicnet.lifecycle.inventory import Column, Table, describe, misfits, take_inventory
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.removal.archive import Archive
from civicnet.lifecycle.removal.stand_ins import StandIn, chunks
from civicnet.lifecycle.snapshot import read

_MOST_NAMED = 5
_SAME = ("kind", "null", "pk", "max_length", "max_digits", "decimal_places", "to")


def check_fits(archive: Archive, own: list[Table], host: list[Table]) -> None:
    """Look at everything that must be as it was.

    Raises:
        NotFound: the plugin is not loaded.
        Conflict: the first thing that does not fit, by its name.
    """
    slug = archive.manifest["slug"]
    if slug not in registry.manifests:
        raise NotFound(_("The plugin %(slug)s is not loaded: install it and run migrate first.") % {"slug": slug})
    if read(None).is_on(slug):
        raise Conflict(_("Switch %(slug)s off first, everywhere and on each site.") % {"slug": slug})
    _check_form(archive, own, host)
    for table in own:
        if StandIn(table).rows.exists():
            raise Conflict(_("There are rows in %(table)s already; restore into empty tables.") % {"table": table.name})
    _check_places(archive, host)


def _check_form(archive: Archive, own: list[Table], host: list[Table]) -> None:
    inventory, told = take_inventory(archive.manifest["slug"]), archive.manifest["inventory"]
    if inventory.version != told["version"]:
        versions = {"then": told["version"], "now": inventory.version}
        raise Conflict(
            _("The archive is of version %(then)s, loaded is %(now)s. Install that version first.") % versions
        )
    if missing := list(misfits(connection, inventory.tables)):
        raise Conflict(_("Run migrate first: %(tables)s are missing.") % {"tables": _named(missing)})
    loaded = {one._meta.label_lower: describe(one) for one in apps.get_models(include_auto_created=True)}
    there = [loaded[one.model] for one in host if one.model in loaded]
    if differing := [*differences(own, list(inventory.tables)), *differences(host, there)]:
        raise Conflict(_("The tables differ from those of the archive: %(what)s.") % {"what": _named(differing)})


def differences(then: list[Table], now: list[Table]) -> Iterator[str]:
    """Tables and columns that are not alike, each by its name."""
    old, new = {one.name: one for one in then}, {one.name: one for one in now}
    yield from sorted(old.keys() ^ new.keys())
    for name in sorted(old.keys() & new.keys()):
        columns, others = ({one.name: _form(one) for one in table.columns} for table in (old[name], new[name]))
        yield from (
            f"{name}.{column}"
            for column in sorted(columns.keys() | others.keys())
            if columns.get(column) != others.get(column)
        )


def _check_places(archive: Archive, host: list[Table]) -> None:
    for parent, told in archive.manifest["parents"].items():
        if not Page._base_manager.filter(pk=parent, path=told["path"], url_path=told["url_path"]).exists():
            raise Conflict(_("The page “%(title)s”, below which its pages stood, is gone or moved.") % told)
    for table in host:
        if table.link:
            continue
        stand_in, keys = StandIn(table), [at for at, column in enumerate(table.columns) if column.pk]
        for some in chunks(archive.rows(f"host/{table.name}.jsonl")):
            if table.model == Page._meta.label_lower:
                _check_pages(table, some)
            if stand_in.rows.filter(pk__in=[row[keys[0]] for row in some]).exists():
                raise Conflict(_("Other rows in %(table)s have taken their numbers.") % {"table": table.name})


def _check_pages(table: Table, rows: list[list[Any]]) -> None:
    names = [one.name for one in table.columns]
    for name in ("path", "url_path"):
        wanted = [row[names.index(name)] for row in rows]
        if taken := Page._base_manager.filter(**{f"{name}__in": wanted}).first():
            told = {"title": taken.title, "url": taken.url_path}
            raise Conflict(
                _("The page “%(title)s” (%(url)s) stands where one of its pages stood; move it first.") % told
            )


def _form(column: Column) -> tuple[Any, ...]:
    return tuple(getattr(column, name) for name in _SAME)


def _named(names: list[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
