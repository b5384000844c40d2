"""Restoring: the rows of an archive come back into empty tables of the same form, or nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.core.management.color import no_style
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from civicnet.contract import Actor, Conflict, InvalidInput, require
from civicnet.ledger.models import AuditRecord
from civicnet.ledger.services import record
from civicnet.lifecycle.generation import bump
from civicnet.lifecycle.inventory import Table, table_from_json
from civicnet.lifecycle.models import PluginState, SiteMode
from civicnet.lifecycle.removal.archive import UNINSTALLED, Archive, UnknownArchive, digest_of
from civicnet.lifecycle.removal.fitting import check_fits
from civicnet.lifecycle.removal.indexes import index_anew
from civicnet.lifecycle.removal.numbers import Numbers
from civicnet.lifecycle.removal.stand_ins import StandIn
from civicnet.lifecycle.removal.tree import mend
from civicnet.lifecycle.standing import from_json, hold_standings, write_standing


@dataclass(slots=True)
class Restored:
    """What has come back, by table, and rows that were left out because what they hang on is gone."""

    slug: str
    version: str
    counts: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)


def restore_plugin(*, archive: Path, actor: Actor, reason: str, unknown: bool = False) -> Restored:
    """Bring back what an archive holds, with the numbers that the rows had; the plugin stays off.

    ``unknown``: also one that the audit does not know, such as another installation's; the audit then says so.

    Raises:
        Refused: not by a person on a screen; the command asks.
        BadArchive: the file is no archive, or not as it was written.
        UnknownArchive: no uninstalling that the audit knows wrote this very file.
        InvalidInput: no reason was given.
        NotFound: the plugin is not loaded.
        Conflict: version, tables, rows or pages do not fit; the sentence names what.
    """
    require(actor.kind == "system")
    if not reason.strip():
        raise InvalidInput(_("Say why: the reason is kept with the change."), field="reason")
    opened = Archive(archive)
    opened.verify()
    # Whoever can write a file can write digests into it, too; into the audit they cannot.
    sha256 = digest_of(archive)
    written = AuditRecord.objects.filter(action=UNINSTALLED, after__sha256=sha256).exists()
    if not written and not unknown:
        raise UnknownArchive(
            _(
                "No plugin that was uninstalled here went into this very file. Take the file as it was written; if it comes "
                "from another installation that you trust, say so with --unknown."
            )
        )
    told = {"archive": archive.name, "sha256": sha256} | ({} if written else {"unknown": True})
    try:
        with transaction.atomic():
            return _Restoring(opened).restore(actor, reason, told)
    except IntegrityError as error:
        raise Conflict(_("The rows do not fit any more: %(why)s") % {"why": error}) from error


class _Restoring:
    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.manifest = archive.manifest
        self.slug: str = self.manifest["slug"]
        self.own = [table_from_json(one) for one in self.manifest["inventory"]["tables"]]
        self.host = [table_from_json(one) for one in self.manifest["host_tables"]]
        self.told = Restored(self.slug, self.manifest["inventory"]["version"])

    def restore(self, actor: Actor, reason: str, archive: Mapping[str, Any]) -> Restored:
        hold_standings()
        check_fits(self.archive, self.own, self.host)
        numbers = Numbers(self.manifest, [*self.own, *self.host])
        for table in in_order(self.host):
            self._load(table, f"host/{table.name}.jsonl", numbers, own=False)
        for table in in_order(self.own):
            self._load(table, f"own/{table.name}.jsonl", numbers, own=True)
        self._point_again(numbers)
        mend(int(one) for one in self.manifest["parents"])
        ContentType.objects.clear_cache()
        index_anew(self.slug)
        state = self._stand_as_before()
        record(
            actor=actor,
            action="plugins.restore",
            subject=state,
            after={"version": self.told.version, "rows": self.told.counts, **archive},
            reason=reason,
        )
        bump()
        return self.told

    def _load(self, table: Table, member: str, numbers: Numbers, *, own: bool) -> None:
        stand_in = StandIn(table)
        rows = numbers.rows_of_today(table, self.archive.rows(member), own=own)
        written = stand_in.write(rows, ignore_conflicts=table.link and not own)
        self.told.counts[table.name] = written
        if left_out := self.manifest["members"][member]["rows"] - written:
            self.told.left_out[table.name] = left_out
        # Where the database counts by itself, it goes on after the highest number.
        for statement in connection.ops.sequence_reset_sql(no_style(), [stand_in.model]):
            with connection.cursor() as cursor:
                cursor.execute(statement)

    def _point_again(self, numbers: Numbers) -> None:
        for one in self.manifest["blanked"]:
            try:
                model = apps.get_model(one["model"])
                link = model._meta.get_field(one["field"])
            except (LookupError, FieldDoesNotExist):
                continue
            for key, value in self.archive.rows(one["member"]):
                empty = model._base_manager.filter(pk=key, **{f"{link.name}__isnull": True})
                empty.update(**{link.attname: numbers.today(link.remote_field.model._meta.label_lower, value)})

    def _stand_as_before(self) -> PluginState:
        before = from_json(self.manifest["standing"]).off()
        sites = {
            site: replace(one, mode=SiteMode.INHERIT if one.mode == SiteMode.ON else one.mode)
            for site, one in before.sites.items()
        }
        return write_standing(self.slug, replace(before, sites=sites))


def in_order(tables: list[Table]) -> list[Table]:
    """Tables so that each comes after those it points at, as far as they do not point at each other in a circle."""
    by_model = {one.model: one for one in tables}
    found: dict[str, Table] = {}

    def add(table: Table, above: frozenset[str]) -> None:
        if table.model in found or table.model in above:
            return
        for column in table.columns:
            if column.to in by_model:
                add(by_model[column.to], above | {table.model})
        found.setdefault(table.model, table)

    for one in tables:
        add(one, frozenset())
    return list(found.values())
