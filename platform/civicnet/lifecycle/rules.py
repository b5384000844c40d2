"""Rules of standing: which plugins need which, and what a manifest lets differ per site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from civicnet.contract import Conflict, InvalidInput
from civicnet.lifecycle.labels import plugin_label
from civicnet.lifecycle.models import SiteMode
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.setting_values import misfits
from civicnet.lifecycle.sites import site_label
from civicnet.lifecycle.standing import Standing

Standings = Mapping[str, Standing]
_DEFAULT = Standing()


@dataclass(frozen=True, slots=True)
class Unmet:
    """A plugin that would be on without one that it requires: for everyone, or where one site holds it on."""

    plugin: str
    site_id: int | None
    lacking: str

    @property
    def sentence(self) -> str:
        """What is told to whoever wants it so."""
        told = {"plugin": plugin_label(self.plugin), "needed": plugin_label(self.lacking)}
        if self.site_id is None:
            return _("%(plugin)s cannot be on without %(needed)s.") % told
        told["site"] = site_label(self.site_id)
        return _("%(plugin)s cannot be on at %(site)s without %(needed)s.") % told


def needed_and_off(slug: str, now: Standings) -> list[str]:
    """Plugins that this one requires, directly or through others, and that are off; the first to be switched on first."""
    found: list[str] = []
    for other in registry.manifests[slug].requires_plugins:
        found += [one for one in needed_and_off(other, now) if one not in found]
        if not now.get(other, _DEFAULT).enabled and other not in found:
            found.append(other)
    return found


def dependants_on(slug: str, now: Standings) -> list[str]:
    """Plugins that could not stay on without this one, directly or through others; the first to be switched off first."""
    return [other for other in without(slug, now) if other != slug]


def without(slug: str, now: Standings, *, sunset_until: datetime | None = None) -> dict[str, Standing]:
    """How a plugin and those that cannot stay on without it stand once it is off, the last in need first.

    Where a site holds a dependant on, that site follows the switch for everyone again.
    """
    off = {slug: now.get(slug, _DEFAULT).off(sunset_until)}
    while falling := newly_unmet(now, {**now, **off}):
        for one in falling:
            standing = off.get(one.plugin, now[one.plugin])
            if one.site_id is None:
                off[one.plugin] = standing.off(sunset_until)
            else:
                site = replace(standing.at(one.site_id), mode=SiteMode.INHERIT)
                off[one.plugin] = standing.with_site(one.site_id, site)
    return dict(sorted(off.items(), key=lambda one: _load_order(one[0]), reverse=True))


def newly_unmet(before: Standings, after: Standings) -> list[Unmet]:
    """Needs that a move would leave unmet. Those that were so already, as after an update, are nobody's fault now."""
    known = set(_unmet(before))
    return [one for one in _unmet(after) if one not in known]


def check_together(before: Standings, after: Standings) -> None:
    """Check that no plugin comes to be on without what it requires.

    Raises:
        Conflict: one would; the sentence names both, and the site if it is one.
    """
    for one in newly_unmet(before, after):
        raise Conflict(one.sentence)


def check_standing(slug: str, after: Standing, before: Standing = _DEFAULT) -> None:
    """Check what a move changes of one plugin's standing against its manifest.

    Raises:
        InvalidInput: a switch or setting that the manifest does not allow there, or a value that does not fit.
    """
    for _place, error in standing_faults(slug, after, before):
        raise error


def standing_faults(
    slug: str, after: Standing, before: Standing = _DEFAULT
) -> Iterator[tuple[int | None, InvalidInput]]:
    """Everything that a move breaks of a plugin's manifest, each with the site it is about (None: everyone)."""
    manifest = registry.manifests[slug]
    if manifest.scope == "site" and after.enabled and not before.enabled:
        yield None, InvalidInput(_("This plugin is switched on site by site, not for everyone."), field="enabled")
    yield from ((None, error) for error in misfits(slug, _changed(before.settings, after.settings)))
    for site_id, site in after.sites.items():
        old = before.at(site_id)
        if manifest.scope == "global" and site.mode not in (SiteMode.INHERIT, old.mode):
            told = _("This plugin is on or off everywhere; it has no switch per site.")
            yield site_id, InvalidInput(told, field="mode")
        changed = _changed(old.settings, site.settings)
        yield from ((site_id, error) for error in misfits(slug, changed, on_a_site=True))


def _unmet(standings: Standings) -> Iterator[Unmet]:
    # Where a site holds off what a plugin needs, the plugin is off there too; only to hold it on there would be a lie.
    for slug, manifest in registry.manifests.items():
        standing = standings.get(slug, _DEFAULT)
        places: Iterable[int | None] = [*([None] if standing.enabled else []), *standing.held_on]
        for site_id in places:
            for other in manifest.requires_plugins:
                if not standings.get(other, _DEFAULT).is_on(site_id):
                    yield Unmet(slug, site_id, other)


def _changed(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    # What is stored and fits no longer since an update is never read, and in nobody's way.
    return {name: value for name, value in after.items() if name not in before or before[name] != value}


def _load_order(slug: str) -> int:
    # In the order of loading, whatever a plugin requires comes before it.
    return list(registry.manifests).index(slug) if slug in registry.manifests else -1
