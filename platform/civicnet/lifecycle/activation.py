"""Activation: moving switches and settings, with a reason, an audit record, an undo, and no touch to any data.

Every act, from whichever door, goes through ``stand``: the plugins it names shall stand so from now on, or nothing changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from civicnet.cipher import mask_numbers
from civicnet.contract import Actor, Conflict, InvalidInput, NotFound, require
from civicnet.contract.events import PluginConfigured, PluginSwitched
from civicnet.ledger.services import record
from civicnet.lifecycle.generation import bump
from civicnet.lifecycle.hooks import announce
from civicnet.lifecycle.labels import plugin_label
from civicnet.lifecycle.models import PluginChange, SiteMode
from civicnet.lifecycle.reasons import checked_reason
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.rules import check_standing, check_together, dependants_on, needed_and_off, without
from civicnet.lifecycle.setting_values import merged
from civicnet.lifecycle.sites import is_site, site_names
from civicnet.lifecycle.standing import Standing, from_json, hold_standings, to_json, write_standing

PERMISSION = "civicnet_lifecycle.switch_plugin"
LONGEST_SUNSET = timedelta(days=365)


@transaction.atomic
def enable_plugin(*, slug: str, actor: Actor, reason: str, with_needed: bool = False) -> PluginChange | None:
    """Switch a plugin on for everyone; ``with_needed`` switches on, before it, those that it requires.

    Returns the change, or None where it was on already.

    Raises:
        Refused: the actor may not move switches.
        NotFound: no such plugin is loaded.
        InvalidInput: no reason was given, or the plugin is switched site by site.
        Conflict: a plugin that this one requires is off; the sentence names it.
    """
    require(actor.may(PERMISSION))
    _loaded(slug)
    now = hold_standings()
    missing = needed_and_off(slug, now)
    if missing and not with_needed:
        raise Conflict(_("Switch on %(plugins)s first: this plugin needs it.") % {"plugins": _named(missing)})
    return stand(wanted={one: now[one].on() for one in (*missing, slug)}, actor=actor, reason=reason)


@transaction.atomic
def disable_plugin(
    *, slug: str, actor: Actor, reason: str, with_dependants: bool = False, sunset: timedelta | None = None
) -> PluginChange | None:
    """Switch a plugin off for everyone; a site that holds it on keeps it. Its data stay as they are.

    ``with_dependants`` switches off, before it, those that cannot stay on without it. For the length of ``sunset`` its
    GraphQL fields stay in the schema, deprecated, and answer null with the code ``PLUGIN_DISABLED``; for a plugin that is
    off already, the sunset begins anew, or ends.

    Raises:
        Refused: the actor may not move switches.
        NotFound: there is no such plugin. One that does not load any more can be switched off.
        InvalidInput: no reason was given, or the sunset is shorter than a day or longer than a year.
        Conflict: plugins that are on require this one; the sentence names them.
    """
    require(actor.may(PERMISSION))
    if sunset is not None and not timedelta(days=1) <= sunset <= LONGEST_SUNSET:
        raise InvalidInput(_("A sunset takes a day at least and a year at most."), field="sunset")
    now = hold_standings()
    _known(slug, now)
    dependants = dependants_on(slug, now)
    if dependants and not with_dependants:
        raise Conflict(_("Switch off %(plugins)s first: they need this plugin.") % {"plugins": _named(dependants)})
    end = timezone.now() + sunset if sunset else None
    return stand(wanted=without(slug, now, sunset_until=end), actor=actor, reason=reason)


def set_site_mode(*, slug: str, site_id: int, mode: SiteMode, actor: Actor, reason: str) -> PluginChange | None:
    """Let one site follow the switch for everyone, or hold it on or off; see ``set_site_modes``."""
    return set_site_modes(slug=slug, modes={site_id: mode}, actor=actor, reason=reason)


@transaction.atomic
def set_site_modes(*, slug: str, modes: Mapping[int, SiteMode], actor: Actor, reason: str) -> PluginChange | None:
    """Let sites, by Wagtail's ids, follow the switch for everyone, or hold it on or off; those not named stay as they are.

    Raises:
        Refused: the actor may not move switches.
        NotFound: no such plugin is loaded, or there is no such site.
        InvalidInput: no reason was given, there is no such mode, or the plugin's scope does not allow a switch per site.
        Conflict: what the plugin requires is off on that site, or others are held on there that require it.
    """
    require(actor.may(PERMISSION))
    _loaded(slug)
    standing = hold_standings()[slug]
    for site_id, mode in modes.items():
        if mode not in SiteMode.values:
            raise InvalidInput(_("A site says inherit, on or off."), field="mode")
        _there(site_id)
        standing = standing.with_site(site_id, replace(standing.at(site_id), mode=SiteMode(mode)))
    return stand(wanted={slug: standing}, actor=actor, reason=reason)


@transaction.atomic
def change_settings(
    *, slug: str, values: Mapping[str, Any], actor: Actor, reason: str, site_id: int | None = None
) -> PluginChange | None:
    """Set settings of a plugin, for everyone or for one site; those not named stay, None takes a value back to its default.

    Raises:
        Refused: the actor may not move switches.
        NotFound: no such plugin is loaded, or there is no such site.
        InvalidInput: no reason was given, there is no such setting, it cannot differ per site, or a value does not fit it;
            ``field`` names the setting.
    """
    require(actor.may(PERMISSION))
    _loaded(slug)
    standing = hold_standings()[slug]
    if site_id is None:
        wanted = replace(standing, settings=merged(slug, standing.settings, values))
    else:
        _there(site_id)
        site = standing.at(site_id)
        settings = merged(slug, site.settings, values, on_a_site=True)
        wanted = standing.with_site(site_id, replace(site, settings=settings))
    return stand(wanted={slug: wanted}, actor=actor, reason=reason)


@transaction.atomic
def undo_change(*, change_id: int, actor: Actor, reason: str) -> PluginChange | None:
    """Let the plugins that a change moved stand as they stood before it; an undo can be undone in its turn.

    Raises:
        Refused: the actor may not move switches.
        NotFound: there is no such change, or a plugin that would come on is not loaded any more.
        InvalidInput: no reason was given.
        Conflict: it was undone already, one of the plugins has been moved since, or some plugin would be on without one
            that it requires.
    """
    require(actor.may(PERMISSION))
    now = hold_standings()
    change = PluginChange.objects.filter(pk=change_id).first()
    if change is None:
        raise NotFound(_("There is no change %(number)s.") % {"number": change_id})
    if PluginChange.objects.filter(undoes=change).exists():
        raise Conflict(_("This change has been undone already."))
    before, after = ({slug: _here(one) for slug, one in told.items()} for told in (change.before, change.after))
    if moved := [slug for slug, one in after.items() if now.get(slug, Standing()) != one]:
        raise Conflict(_("%(plugins)s has been moved since; undo that change first.") % {"plugins": _named(moved)})
    return stand(wanted=before, actor=actor, reason=reason, undoes=change)


@transaction.atomic
def stand(
    *, wanted: Mapping[str, Standing], actor: Actor, reason: str, undoes: PluginChange | None = None
) -> PluginChange | None:
    """Let plugins stand as wanted, all of them or none; returns the change, or None where they stood so already.

    Raises:
        Refused: the actor may not move switches.
        NotFound: there is no such plugin, or one that would come on is not loaded.
        InvalidInput: no reason was given, or a standing breaks a rule of the plugin's manifest.
        Conflict: some plugin would come to be on without one that it requires, everywhere or on one site.
    """
    require(actor.may(PERMISSION))
    why = checked_reason(reason)
    now = hold_standings()
    for slug, standing in wanted.items():
        _known(slug, now)
        if slug in registry.manifests:
            check_standing(slug, standing, now[slug])
        elif standing.enabled or standing.held_on:
            _loaded(slug)
    check_together(now, {**now, **wanted})
    moved = {slug: one for slug, one in wanted.items() if one != now[slug]}
    if not moved:
        return None
    for slug, standing in moved.items():
        _move(slug, now[slug], standing, actor, why)
    change = PluginChange.objects.create(
        actor_label=str(actor.label)[:200],
        reason=mask_numbers(why),
        before={slug: to_json(now[slug]) for slug in moved},
        after={slug: to_json(one) for slug, one in moved.items()},
        undoes=undoes,
    )
    bump()
    return change


def _move(slug: str, before: Standing, after: Standing, actor: Actor, reason: str) -> None:
    record(
        actor=actor,
        action=_action(before, after),
        subject=write_standing(slug, after),
        before=to_json(before),
        after=to_json(after),
        reason=reason,
    )
    if before.enabled != after.enabled:
        announce(PluginSwitched(slug=slug, enabled=after.enabled))
    if before.settings != after.settings:
        announce(PluginConfigured(slug=slug))
    for site_id in sorted({*before.sites, *after.sites}):
        old, new = before.at(site_id), after.at(site_id)
        if old.mode != new.mode and before.is_on(site_id) != after.is_on(site_id):
            announce(PluginSwitched(slug=slug, enabled=after.is_on(site_id), site_id=site_id))
        if old.settings != new.settings:
            announce(PluginConfigured(slug=slug, site_id=site_id))


def _action(before: Standing, after: Standing) -> str:
    if before.enabled != after.enabled:
        return "plugins.enable" if after.enabled else "plugins.disable"
    if any(before.at(site_id).mode != after.at(site_id).mode for site_id in {*before.sites, *after.sites}):
        return "plugins.set_site_mode"
    return "plugins.change_sunset" if before.sunset_until != after.sunset_until else "plugins.change_settings"


def _here(told: Mapping[str, Any]) -> Standing:
    # Sites that are gone since took with them what they made of the plugin.
    standing, there = from_json(told), site_names()
    return replace(standing, sites={site_id: one for site_id, one in standing.sites.items() if site_id in there})


def _loaded(slug: str) -> None:
    if slug not in registry.manifests:
        raise NotFound(_("There is no plugin named %(slug)s.") % {"slug": slug})


def _known(slug: str, now: Mapping[str, Standing]) -> None:
    if slug not in now:
        _loaded(slug)


def _there(site_id: int) -> None:
    if not is_site(site_id):
        raise NotFound(_("There is no such site."))


def _named(slugs: list[str]) -> str:
    return pgettext("between names", ", ").join(map(plugin_label, slugs))
