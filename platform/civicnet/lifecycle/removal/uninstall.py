"""Uninstalling: an archive first, read back and found whole; then everything the plugin kept goes in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

import civicnet
from civicnet.contract import Actor, Conflict, InvalidInput, require
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record
from civicnet.lifecycle import standing as standings
from civicnet.lifecycle.generation import bump
from civicnet.lifecycle.inventory import table_to_json, to_json
from civicnet.lifecycle.models import PluginState
from civicnet.lifecycle.removal.archive import UNINSTALLED, Archive, ArchiveWriter, digest_of, new_archive
from civicnet.lifecycle.removal.plan import Removal, migrations_of, plan_removal, tables_of, traces
from civicnet.lifecycle.removal.reach import Model, tops
from civicnet.lifecycle.removal.stand_ins import StandIn, chunks, plain
from civicnet.lifecycle.removal.tables import drop_tables, lock_tables
from civicnet.lifecycle.removal.tree import mend, parents_of


@dataclass(frozen=True, slots=True)
class Uninstalled:
    """What has gone, by table, and the archive that holds it."""

    slug: str
    archive: Path
    sha256: str
    counts: dict[str, int]


def uninstall_plugin(*, slug: str, actor: Actor, reason: str, folder: Path | None = None) -> Uninstalled:
    """Take a plugin out of the database whole, loaded or not; what it kept is in an archive that can be restored.

    Raises:
        Refused: not by a person on a screen; the command asks.
        NotFound: no such plugin was ever loaded here.
        InvalidInput: no reason was given.
        Conflict: something stands in the way; the sentence names it.
        BadArchive: what was written cannot be read back.
    """
    require(actor.kind == "system")
    if not reason.strip():
        raise InvalidInput(_("Say why: the reason is kept with the change."), field="reason")
    path = (folder or Path(settings.CIVICNET_ARCHIVE_ROOT)) / f"{slug}-{timezone.localtime():%Y%m%d-%H%M%S-%f}.zip"
    try:
        with transaction.atomic():
            return _uninstall(slug, actor, reason, path)
    except IntegrityError as error:
        path.unlink(missing_ok=True)
        raise Conflict(_("Other rows point at what would go: %(rows)s") % {"rows": error}) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _uninstall(slug: str, actor: Actor, reason: str, path: Path) -> Uninstalled:
    standings.hold_standings()
    # What others write until then goes, too; nobody adds a page below one that goes.
    lock_tables(tables_of(slug))
    lock_tables([Page._meta.db_table], exclusive=False)
    removal = plan_removal(slug)
    if removal.obstacles:
        raise Conflict(removal.obstacles[0])
    parents = parents_of(tops(removal.reach.keys(Page)))
    with new_archive(path) as archive:
        _write(archive, removal, parents)
    Archive(path).verify()
    sha256, counts = digest_of(path), removal.counts()
    state, _created = PluginState.objects.get_or_create(slug=slug)
    record(
        actor=actor,
        action=UNINSTALLED,
        subject=state,
        before={"version": removal.inventory.version},
        after={"rows": counts, "archive": path.name, "sha256": sha256},
        reason=reason,
        operation=Operation.DELETE,
    )
    _remove(removal)
    mend(parents)
    bump()
    return Uninstalled(slug, path, sha256, counts)


def _write(archive: ArchiveWriter, removal: Removal, parents: dict[int, dict[str, Any]]) -> None:
    for table in removal.own:
        archive.add(f"own/{table.name}.jsonl", StandIn(table).read())
    for model, table in removal.kept:
        archive.add(f"host/{table.name}.jsonl", StandIn(table).read(sorted(removal.reach.keys(model), key=str)))
    blanked = []
    for (model, name), keys in removal.reach.blanked.items():
        member = archive.add(f"blanked/{model._meta.label_lower}.{name}.jsonl", _pointing(model, name, keys))
        blanked.append({"model": model._meta.label_lower, "field": name, "member": member.name})
    archive.close(
        {
            "slug": removal.slug,
            "platform": civicnet.__version__,
            "database": connection.vendor,
            "at": timezone.now().isoformat(),
            "inventory": to_json(removal.inventory) | {"tables": [table_to_json(one) for one in removal.own]},
            "host_tables": [table_to_json(one) for _model, one in removal.kept],
            "blanked": blanked,
            "standing": standings.to_json(removal.standing),
            "parents": parents,
            "content_types": {one.pk: [one.app_label, one.model] for one in ContentType.objects.all()},
            "permissions": {
                one.pk: [one.content_type.app_label, one.content_type.model, one.codename]
                for one in Permission.objects.select_related("content_type")
            },
        }
    )


def _pointing(model: Model, name: str, keys: set[Any]) -> Iterator[list[Any]]:
    link: Any = model._meta.get_field(name)
    for some in chunks(sorted(keys, key=str)):
        rows = model._base_manager.filter(pk__in=some).values_list("pk", link.attname)
        yield from ([plain(key), plain(value)] for key, value in rows)


def _remove(removal: Removal) -> None:
    drop_tables({one.name for one in removal.own})
    for (model, name), keys in removal.reach.blanked.items():
        for some in chunks(keys):
            model._base_manager.filter(pk__in=some).update(**{name: None})
    for model, keys in removal.reach.going.items():
        for some in chunks(keys):
            # Raw: all that hangs on them is in the plan by itself, and no receiver asks tables that are gone.
            rows: Any = model._base_manager.filter(pk__in=some)
            rows._raw_delete(rows.db)
    migrations_of(removal.inventory.label).delete()
    for rows in traces(removal.slug):
        rows.delete()
    ContentType.objects.clear_cache()
