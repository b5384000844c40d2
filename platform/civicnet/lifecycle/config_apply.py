"""Applying a config file, all of it or nothing; and writing one that says how everything stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civicnet.contract import Actor, InvalidInput, require
from civicnet.lifecycle.activation import PERMISSION, stand
from civicnet.lifecycle.config_file import ConfigFile, Fault, read_config
from civicnet.lifecycle.differences import Difference, differences
from civicnet.lifecycle.models import PluginChange, SiteMode
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.settings_schema import Setting
from civicnet.lifecycle.sites import site_names
from civicnet.lifecycle.standing import SiteStanding, Standing, hold_standings, read_standings
from civicnet.lifecycle.toml_text import key_text, value_text


class FaultyConfig(InvalidInput):
    """The file cannot be applied; ``faults`` tells everything that is wrong with it."""

    code = "FAULTY_CONFIG"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        count = len(faults)
        told = ngettext(
            "The file has %(count)d fault; nothing has changed.",
            "The file has %(count)d faults; nothing has changed.",
            count,
        )
        super().__init__(told % {"count": count})


@dataclass(frozen=True, slots=True)
class Applied:
    """What a file moves: the change that was made, or None where nothing moved, and every difference."""

    change: PluginChange | None
    differences: list[Difference]


def preview_config(text: str) -> list[Difference]:
    """What a file would move, while nothing moves.

    Raises:
        FaultyConfig: it could not be applied.
    """
    now = read_standings()
    return differences(now, _sound(text, now).wanted)


@transaction.atomic
def apply_config(*, text: str, actor: Actor, reason: str = "") -> Applied:
    """Let plugins stand as a file says. ``reason`` takes the place of the file's own.

    Raises:
        Refused: the actor may not move switches.
        FaultyConfig: something in the file cannot be.
        InvalidInput: neither the file nor ``reason`` says why.
    """
    require(actor.may(PERMISSION))
    now = hold_standings()
    found = _sound(text, now)
    change = stand(wanted=found.wanted, actor=actor, reason=reason.strip() or found.reason)
    return Applied(change, differences(now, found.wanted))


def export_config() -> str:
    """A file that says how every loaded plugin stands, with every setting; applied here, it changes nothing."""
    now, names = read_standings(), site_names()
    reason = _("as exported on %(day)s") % {"day": timezone.localdate().isoformat()}
    tables = [line for slug in registry.manifests for line in _plugin(slug, now.get(slug, Standing()), names)]
    return "\n".join([f"reason = {value_text(reason)}", *tables, ""])


def _sound(text: str, now: dict[str, Standing]) -> ConfigFile:
    found = read_config(text, now=now, sites=site_names())
    if found.faults:
        raise FaultyConfig(found.faults)
    return found


def _plugin(slug: str, standing: Standing, names: dict[int, str]) -> Iterator[str]:
    manifest = registry.manifests[slug]
    sites = {names[site_id]: site for site_id, site in standing.sites.items() if site_id in names}
    yield f"\n[plugins.{slug}]"
    yield f"enabled = {value_text(standing.enabled)}"
    if not sites and manifest.scope != "global":
        yield "sites = {}"
    if manifest.settings:
        yield f"\n[plugins.{slug}.settings]"
    for one in manifest.settings:
        yield f"{one.name} = {value_text(one.or_default(standing.settings.get(one.name, one.default)))}"
    for name, site in sites.items():
        yield f"\n[plugins.{slug}.sites.{key_text(name)}]"
        if site.mode != SiteMode.INHERIT:
            yield f"mode = {value_text(str(site.mode))}"
        if values := {one.name: site.settings[one.name] for one in manifest.settings if _counts(one, site)}:
            yield f"settings = {value_text(values)}"


def _counts(setting: Setting, site: SiteStanding) -> bool:
    stored = site.settings.get(setting.name)
    return setting.per_site and stored is not None and setting.or_default(stored) == stored
