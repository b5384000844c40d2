"""The snapshot: which plugins are on and how they are set, fixed for the length of one request, job or command."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from django.db import connection
from django.http import HttpRequest
from wagtail.models import Site

from civicnet.lifecycle.breaker import tripped
from civicnet.lifecycle.faults import flush
from civicnet.lifecycle.generation import generation
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.standing import Standing, read_standings

Settings = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An immutable picture. ``site_id`` None means the union of all sites, as admin, jobs and commands see it.

    ``sunset`` are plugins that are off and still answer null over GraphQL. ``settings`` holds every loaded plugin's, with
    defaults. ``tripped`` maps (plugin, hook) to the time of the next try, in seconds of the epoch. ``until`` is when the
    picture grows old by itself.
    """

    generation: int
    site_id: int | None
    enabled: frozenset[str]
    sunset: frozenset[str] = frozenset()
    settings: Mapping[str, Settings] = field(default_factory=dict, hash=False)
    tripped: Mapping[tuple[str, str], float] = field(default_factory=dict, hash=False)
    until: float | None = None

    def is_on(self, slug: str) -> bool:
        """Whether the plugin is on in this picture."""
        return slug in self.enabled


_current: ContextVar[Snapshot | None] = ContextVar("civicnet_snapshot", default=None)
# What was settled since the outermost snapshot came into force; None outside of all.
_settled: ContextVar[dict[PerGeneration[Any], Any] | None] = ContextVar("civicnet_settled", default=None)
_pictures: dict[int | None, Snapshot] = {}
# Sites by host as callers write it, each with the generation at which it was looked up.
_hosts: dict[str, tuple[int, int | None]] = {}
_MOST_HOSTS = 256


def current() -> Snapshot:
    """The snapshot in force; outside a request, job or command, the newest one for the union of sites."""
    return _current.get() or read(None)


def in_force() -> Snapshot | None:
    """The snapshot of the request, job or command that is going on; None outside of all."""
    return _current.get()


def plugin_settings(slug: str) -> Settings:
    """The settings of a loaded plugin in the snapshot in force: every declared name, with the site's own values.

    Raises:
        KeyError: no plugin of this slug is loaded.
    """
    return current().settings[slug]


@contextmanager
def using(snapshot: Snapshot) -> Iterator[Snapshot]:
    """Keep one snapshot in force for a block; what plugins did wrong in the outermost one is written down at its end."""
    outer = _current.get()
    token = _current.set(snapshot)
    settled = _settled.set({}) if outer is None else None
    try:
        yield snapshot
    finally:
        _current.reset(token)
        if settled is not None:
            _settled.reset(settled)
            flush()


def read(site_id: int | None) -> Snapshot:
    """The newest snapshot for a site. Costs one row read while nothing has been switched."""
    return _picture(generation(), site_id)


def read_for(request: HttpRequest) -> Snapshot:
    """The newest snapshot for the site that a public request's host names; the same one row read, unless ``generation`` of
    the request says already what stands in it."""
    known: int | None = getattr(request, "generation", None)
    number = generation() if known is None else known
    return _picture(number, _site_id(request, number))


def may_roll_back() -> bool:
    """Whether what is read now may never have been: a transaction is open."""
    return bool(connection.in_atomic_block)


class PerGeneration(Generic[T]):
    """Something that is read once for each generation and process: whoever changes it counts the generation up.

    ``read`` is called without arguments, after the generation: a change in between is read already, and is read again next
    time.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._known: tuple[int, T] | None = None
        _per_generation.append(self)

    def now(self) -> T:
        """As it is now. No statement while the generation stays the same."""
        if may_roll_back():
            return self._read()
        number, known = current().generation, self._known
        if known is None or known[0] != number:
            known = self._known = number, self._read()
        return known[1]

    def settled(self) -> T:
        """As the request, job or command going on first found it: read once for all of it, whatever it writes meanwhile.

        Outside of all, as it is now.
        """
        held = _settled.get()
        if held is None:
            return self.now()
        if self not in held:
            held[self] = self.now()
        found: T = held[self]
        return found

    def forget(self) -> None:
        """Read it anew next time."""
        self._known = None


_per_generation: list[PerGeneration[Any]] = []


def forget() -> None:
    """Drop the pictures that are kept in memory and what was read with them, as a test does that ends."""
    _pictures.clear()
    _hosts.clear()
    for one in _per_generation:
        one.forget()


def _picture(number: int, site_id: int | None) -> Snapshot:
    if may_roll_back():
        # A picture taken inside a transaction may roll back, and its number then comes again with other content.
        return _build(number, site_id)
    known = _pictures.get(site_id)
    if known is None or known.generation != number or (known.until is not None and known.until <= time.time()):
        known = _build(number, site_id)
        _pictures[site_id] = known
    return known


def _site_id(request: HttpRequest, number: int) -> int | None:
    # Which site answers under a host changes with the sites, and those count the generation up.
    host = f"{request.get_host()} {request.get_port()}"
    known = _hosts.get(host)
    if known is not None and known[0] == number and not may_roll_back():
        return known[1]
    site = Site.find_for_request(request)
    if not may_roll_back():
        if len(_hosts) >= _MOST_HOSTS:
            _hosts.clear()
        _hosts[host] = number, site.pk if site else None
    return site.pk if site else None


def _build(number: int, site_id: int | None) -> Snapshot:
    standings = read_standings()
    on = {slug for slug, one in standings.items() if _is_on(one, site_id)}
    ends = {
        slug: one.sunset_until.timestamp() for slug, one in standings.items() if one.sunset_until and not one.enabled
    }
    sunset = {slug for slug, end in ends.items() if end > time.time() and slug in registry.manifests}
    return Snapshot(
        generation=number,
        site_id=site_id,
        enabled=with_dependencies(on),
        sunset=frozenset(sunset - on),
        settings=MappingProxyType({slug: _settings(slug, standings, site_id) for slug in registry.manifests}),
        tripped=MappingProxyType(tripped()),
        until=min((ends[slug] for slug in sunset), default=None),
    )


def _is_on(standing: Standing, site_id: int | None) -> bool:
    return standing.is_on(site_id) or (site_id is None and bool(standing.held_on))


def _settings(slug: str, standings: Mapping[str, Standing], site_id: int | None) -> Settings:
    declared = registry.manifests[slug].settings
    standing = standings.get(slug, Standing())
    own = standing.at(site_id).settings if site_id is not None else {}
    # What was stored for a setting that an update has dropped or redefined does not shadow the new default.
    stored = {one.name: {**standing.settings, **own}.get(one.name, one.default) for one in declared}
    return MappingProxyType({one.name: one.or_default(stored[one.name]) for one in declared})


def with_dependencies(on: Collection[str]) -> frozenset[str]:
    """Of plugins that are switched on, those that have all they require on as well."""
    effective: set[str] = set()
    for slug, manifest in registry.manifests.items():
        # Manifests are in dependency order: what a plugin requires has been decided before it.
        if slug in on and all(other in effective for other in manifest.requires_plugins):
            effective.add(slug)
    return frozenset(effective)
