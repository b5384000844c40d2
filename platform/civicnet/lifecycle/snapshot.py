"""The snapshot: which plugins are on, fixed for the length of one request, job or command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection
from django.db.models import F

from civicnet.lifecycle.models import Generation, PluginSiteState, PluginState, SiteMode
from civicnet.lifecycle.registry import registry

GENERATION_ID = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An immutable picture. ``site_id`` None means the union of all sites, as admin, jobs and commands see it."""

    generation: int
    site_id: int | None
    enabled: frozenset[str]

    def is_on(self, slug: str) -> bool:
        """Whether the plugin is on in this picture."""
        return slug in self.enabled


_current: ContextVar[Snapshot | None] = ContextVar("civicnet_snapshot", default=None)
_pictures: dict[int | None, Snapshot] = {}


def current() -> Snapshot:
    """The snapshot in force; outside a request, job or command, the newest one for the union of sites."""
    return _current.get() or read(None)


@contextmanager
def using(snapshot: Snapshot) -> Iterator[Snapshot]:
    """Keep one snapshot in force for a block."""
    token = _current.set(snapshot)
    try:
        yield snapshot
    finally:
        _current.reset(token)


def read(site_id: int | None) -> Snapshot:
    """The newest snapshot for a site. Costs one row read while nothing has been switched."""
    generation = _generation()
    if connection.in_atomic_block:
        # A picture taken inside a transaction may roll back, and its number then comes again with other content.
        return _build(generation, site_id)
    known = _pictures.get(site_id)
    if known is None or known.generation != generation:
        known = _build(generation, site_id)
        _pictures[site_id] = known
    return known


def _generation() -> int:
    # Raw on purpose: every request asks this, and the ORM would cost twenty times the query itself.
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM civicnet_lifecycle_generation WHERE id = 1")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def bump() -> None:
    """Count the generation up; the last statement of a transaction that moves a switch."""
    if not Generation.objects.filter(pk=GENERATION_ID).update(value=F("value") + 1):
        Generation.objects.create(pk=GENERATION_ID, value=1)


def _build(generation: int, site_id: int | None) -> Snapshot:
    on = set(PluginState.objects.filter(enabled=True).values_list("slug", flat=True))
    modes = PluginSiteState.objects.exclude(mode=SiteMode.INHERIT)
    if site_id is None:
        on |= set(modes.filter(mode=SiteMode.ON).values_list("slug", flat=True))
    else:
        for slug, mode in modes.filter(site_id=site_id).values_list("slug", "mode"):
            (on.add if mode == SiteMode.ON else on.discard)(slug)
    return Snapshot(generation, site_id, _with_dependencies(on))


def _with_dependencies(on: set[str]) -> frozenset[str]:
    effective: set[str] = set()
    for slug, manifest in registry.manifests.items():
        # Manifests are in dependency order: what a plugin requires has been decided before it.
        if slug in on and all(other in effective for other in manifest.requires_plugins):
            effective.add(slug)
    return frozenset(effective)
