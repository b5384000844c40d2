"""Orphans: rows of plugins that point at a row of the host which was deleted while the plugin's code did not load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db import connection, models
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy

from civicnet.contract import Schedule
from civicnet.lifecycle.inventory import app_of, describe, foreign_keys, misfits
from civicnet.lifecycle.models import PluginFault
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.removal.stand_ins import StandIn

HOOK = "data"
ERROR = "OrphanRows"


@dataclass(frozen=True, slots=True)
class Orphans:
    """Rows of one model whose field points at nothing. ``mendable``: the field's rule says what becomes of them."""

    slug: str
    model: str
    field: str
    rows: int
    rule: str

    @property
    def mendable(self) -> bool:
        """Whether mending does something about them."""
        return self.rule in ("CASCADE", "SET_NULL")

    def __str__(self) -> str:
        return f"{self.model}.{self.field}: {self.rows} ({self.rule})"


def orphans(slug: str | None = None) -> list[Orphans]:
    """Orphans of one loaded plugin, or of all, counted by model and field; nothing that is empty."""
    found = []
    for one in [slug] if slug else list(registry.manifests):
        for model, link, rows in suspects(one):
            if count := rows.count():
                rule = link.remote_field.on_delete.__name__
                found.append(Orphans(one, model._meta.label, link.name, count, rule))
    return found


def note_orphans() -> None:
    """Count, and keep what was found among the plugin's faults, where its screen shows it; what is mended goes."""
    found: dict[str, list[Orphans]] = {}
    for one in orphans():
        found.setdefault(one.slug, []).append(one)
    now = timezone.now()
    kept = PluginFault.objects.filter(hook=HOOK, error=ERROR)
    kept.exclude(slug__in=found).delete()
    for slug, some in found.items():
        row, _created = PluginFault.objects.get_or_create(slug=slug, hook=HOOK, error=ERROR, defaults={"first_at": now})
        told = "\n".join(map(str, some))
        PluginFault.objects.filter(pk=row.pk).update(message=told, last_at=now, times=F("times") + 1)


SCHEDULE = Schedule(
    "plugins.count_orphans",
    gettext_lazy("Count rows of plugins that point at nothing"),
    note_orphans,
    daily_at=time(3, 40),
)


def suspects(slug: str) -> Iterator[tuple[Any, Any, models.QuerySet[Any]]]:
    """Every field of a loaded plugin that points outside it, with its model and the rows for which nothing is there."""
    # Stand-ins: of a page whose row in the tree is gone, its own model finds nothing.
    app = app_of(registry.manifests[slug].package)
    for model in app.get_models(include_auto_created=True) if app else ():
        if not model._meta.managed or model._meta.proxy:
            continue
        table = describe(model)
        if any(misfits(connection, [table])):
            continue
        stand_in = StandIn(table)
        for field in foreign_keys(model):
            if field.remote_field.model._meta.app_label != model._meta.app_label:
                yield model, field, _pointing_at_nothing(stand_in, field)


def _pointing_at_nothing(stand_in: StandIn, field: Any) -> models.QuerySet[Any]:
    name = stand_in.name_of(field.column)
    target: Any = field.remote_field.model
    there = target._base_manager.filter(**{field.target_field.attname: OuterRef(name)})
    return stand_in.rows.filter(~Exists(there), **{f"{name}__isnull": False})
