"""Rules of standing: which plugins need which, and what a manifest lets differ per site."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput
from civicnet.lifecycle.models import SiteMode
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.settings_schema import SettingError
from civicnet.lifecycle.standing import Standing


def needed_and_off(slug: str, now: Mapping[str, Standing]) -> list[str]:
    """Plugins that this one requires, directly or through others, and that are off; the first to be switched on first."""
    found: list[str] = []
    for other in registry.manifests[slug].requires_plugins:
        found += [one for one in needed_and_off(other, now) if one not in found]
        if not now.get(other, Standing()).enabled and other not in found:
            found.append(other)
    return found


def dependants_on(slug: str, now: Mapping[str, Standing]) -> list[str]:
    """Plugins that require this one, directly or through others, and that are on; the first to be switched off first."""
    found: list[str] = []
    for other in registry.dependants(slug):
        found += [one for one in dependants_on(other, now) if one not in found]
        if now.get(other, Standing()).enabled and other not in found:
            found.append(other)
    return found


def check_standing(slug: str, standing: Standing) -> None:
    """Check one plugin's standing against its manifest.

    Raises:
        InvalidInput: a switch or setting per site that the manifest does not allow, or a value that does not fit.
    """
    manifest = registry.manifests[slug]
    if manifest.scope == "global" and any(one.mode != SiteMode.INHERIT for one in standing.sites.values()):
        raise InvalidInput(_("This plugin is on or off everywhere; it has no switch per site."), field="mode")
    declared = {one.name: one for one in manifest.settings}
    stored = [(name, value, False) for name, value in standing.settings.items()]
    stored += [(name, value, True) for site in standing.sites.values() for name, value in site.settings.items()]
    for name, value, on_a_site in stored:
        if name not in declared:
            # Left over from a version that had it: kept, for the plugin may come back to it, and never read.
            continue
        if on_a_site and not declared[name].per_site:
            raise InvalidInput(_("%(name)s is the same on all sites.") % {"name": name}, field=name)
        try:
            declared[name].plain(value)
        except SettingError as error:
            raise InvalidInput(str(error), field=name) from error
