"""Standings: how plugins stand, read and written as one picture, so that an act can be checked, recorded and undone whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from civicnet.lifecycle.models import PluginSiteState, PluginState, SiteMode
from civicnet.lifecycle.registry import registry


@dataclass(frozen=True, slots=True)
class SiteStanding:
    """What one site makes of a plugin: its mode, and the settings that are its own."""

    mode: str = SiteMode.INHERIT
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one plugin stands: the switch for everyone, its sunset, its settings, and what differs per site (by Wagtail's id)."""

    enabled: bool = False
    sunset_until: datetime | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    sites: Mapping[int, SiteStanding] = field(default_factory=dict)

    def on(self) -> Standing:
        """The same, switched on for everyone."""
        return replace(self, enabled=True, sunset_until=None)

    def off(self, sunset_until: datetime | None = None) -> Standing:
        """The same, switched off for everyone; until the sunset its GraphQL fields answer null."""
        return replace(self, enabled=False, sunset_until=sunset_until)

    def is_on(self, site_id: int | None = None) -> bool:
        """Whether its switch is on for a site, or for everyone; what it requires is not asked."""
        mode = SiteMode.INHERIT if site_id is None else self.at(site_id).mode
        return self.enabled if mode == SiteMode.INHERIT else mode == SiteMode.ON

    @property
    def held_on(self) -> list[int]:
        """The sites that hold it on, whatever the switch for everyone says."""
        return sorted(site_id for site_id, one in self.sites.items() if one.mode == SiteMode.ON)

    def at(self, site_id: int) -> SiteStanding:
        """What one site makes of it."""
        return self.sites.get(site_id, SiteStanding())

    def with_site(self, site_id: int, site: SiteStanding) -> Standing:
        """The same, with another standing on one site; one that says nothing is left out."""
        others = {other: one for other, one in self.sites.items() if other != site_id}
        return replace(self, sites=others if site == SiteStanding() else {**others, site_id: site})


def read_standings(slugs: Iterable[str] | None = None) -> dict[str, Standing]:
    """Standings by slug, of all plugins or of some, whether they have rows or not; two statements."""
    states, sites = PluginState.objects.order_by("slug"), PluginSiteState.objects.order_by("slug", "site_id")
    wanted = None if slugs is None else list(slugs)
    if wanted is not None:
        states, sites = states.filter(slug__in=wanted), sites.filter(slug__in=wanted)
    own: dict[str, dict[int, SiteStanding]] = {}
    rows = list(states)
    for one in sites:
        if (site := SiteStanding(one.mode, one.settings)) != SiteStanding():
            own.setdefault(one.slug, {})[one.site_id] = site
    found = {one.slug: Standing(one.enabled, one.sunset_until, one.settings, own.pop(one.slug, {})) for one in rows}
    found |= {slug: Standing(sites=left) for slug, left in own.items()}
    return found if wanted is None else {slug: found.get(slug, Standing()) for slug in wanted}


def hold_standings() -> dict[str, Standing]:
    """All standings, held until the transaction ends: whoever else wants to move one waits, and then reads anew.

    All of them and in one order, for what one plugin may do depends on how the others stand.
    """
    # A row that is not there cannot be held: two that both switch on what was never on would not see each other.
    missing = registry.manifests.keys() - set(PluginState.objects.values_list("slug", flat=True))
    PluginState.objects.bulk_create([PluginState(slug=slug) for slug in sorted(missing)], ignore_conflicts=True)
    list(PluginState.objects.select_for_update().order_by("slug").values_list("pk"))
    return read_standings()


def write_standing(slug: str, standing: Standing) -> PluginState:
    """Store how a plugin stands from now on; rows of sites that say nothing any more are deleted."""
    state, _created = PluginState.objects.update_or_create(
        slug=slug,
        defaults={
            "enabled": standing.enabled,
            "sunset_until": standing.sunset_until,
            "settings": dict(standing.settings),
        },
    )
    PluginSiteState.objects.filter(slug=slug).exclude(site_id__in=standing.sites).delete()
    for site_id, site in standing.sites.items():
        PluginSiteState.objects.update_or_create(
            slug=slug, site_id=site_id, defaults={"mode": site.mode, "settings": dict(site.settings)}
        )
    return state


def to_json(standing: Standing) -> dict[str, Any]:
    """A standing as the audit and ``PluginChange`` keep it; what is as by default is left out, but for the switch."""
    told: dict[str, Any] = {"enabled": standing.enabled}
    if standing.sunset_until:
        told["sunset_until"] = standing.sunset_until.isoformat()
    if standing.settings:
        told["settings"] = dict(standing.settings)
    if standing.sites:
        told["sites"] = {
            str(site_id): {"mode": str(one.mode), **({"settings": dict(one.settings)} if one.settings else {})}
            for site_id, one in sorted(standing.sites.items())
        }
    return told


def from_json(told: Mapping[str, Any]) -> Standing:
    """The standing that ``to_json`` told of."""
    return Standing(
        enabled=bool(told["enabled"]),
        sunset_until=parse_datetime(told["sunset_until"]) if "sunset_until" in told else None,
        settings=told.get("settings", {}),
        sites={
            int(site_id): SiteStanding(one["mode"], one.get("settings", {}))
            for site_id, one in told.get("sites", {}).items()
        },
    )
