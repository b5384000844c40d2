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

from civicnet.contract import Actor, Conflict, InvalidInput, NotFound
from civicnet.contract.events import PluginConfigured, PluginSwitched
from civicnet.ledger.services import record
from civicnet.lifecycle.generation import bump
from civicnet.lifecycle.hooks import announce
from civicnet.lifecycle.models import PluginChange, SiteMode
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.rules import check_standing, dependants_on, needed_and_off
from civicnet.lifecycle.settings_schema import SettingError
from civicnet.lifecycle.standing import Standing, from_json, read_standings, to_json, write_standing

LONGEST_SUNSET = timedelta(days=365)


@transaction.atomic
def enable_plugin(*, slug: str, actor: Actor, reason: str, with_needed: bool = False) -> PluginChange | None:
    """Switch a plugin on for everyone; ``with_needed`` switches on, before it, those that it requires.

    Raises:
        NotFound: no such plugin is loaded.
        InvalidInput: no reason was given.
        Conflict: a plugin that this one requires is off; the sentence names it.
    """
    _known(slug)
    now = read_standings(lock=True)
    missing = needed_and_off(slug, now)
    if missing and not with_needed:
        raise Conflict(_("Switch on %(plugins)s first: this plugin needs it.") % {"plugins": ", ".join(missing)})
    wanted = {one: now.get(one, Standing()).on() for one in (*missing, slug)}
    return stand(wanted=wanted, actor=actor, reason=reason)


@transaction.atomic
def disable_plugin(
    *, slug: str, actor: Actor, reason: str, with_dependants: bool = False, sunset: timedelta | None = None
) -> PluginChange | None:
    """Switch a plugin off for everyone. Its data stay as they are.

    ``with_dependants`` switches off, after it, those that require it. For the length of ``sunset`` its GraphQL fields stay
    in the schema, deprecated, and answer null with the code ``PLUGIN_DISABLED``.

    Raises:
        NotFound: no such plugin is loaded.
        InvalidInput: no reason was given, or the sunset is longer than a year.
        Conflict: plugins that are on require this one; the sentence names them.
    """
    _known(slug)
    if sunset is not None and not timedelta(0) < sunset <= LONGEST_SUNSET:
        raise InvalidInput(_("A sunset takes a day at least and a year at most."), field="sunset")
    now = read_standings(lock=True)
    dependants = dependants_on(slug, now)
    if dependants and not with_dependants:
        raise Conflict(_("Switch off %(plugins)s first: they need this plugin.") % {"plugins": ", ".join(dependants)})
    end = timezone.now() + sunset if sunset else None
    wanted = {one: now.get(one, Standing()).off(end) for one in (*dependants, slug)}
    return stand(wanted=wanted, actor=actor, reason=reason)


def set_site_mode(*, slug: str, site_id: int, mode: SiteMode, actor: Actor, reason: str) -> PluginChange | None:
    """Let one site follow the switch for everyone, or hold it on or off; see ``set_site_modes``."""
    return set_site_modes(slug=slug, modes={site_id: mode}, actor=actor, reason=reason)


@transaction.atomic
def set_site_modes(*, slug: str, modes: Mapping[int, SiteMode], actor: Actor, reason: str) -> PluginChange | None:
    """Let sites, by Wagtail's ids, follow the switch for everyone, or hold it on or off; those not named stay as they are.

    Raises:
        NotFound: no such plugin is loaded.
        InvalidInput: no reason was given, or the plugin's scope does not allow a switch per site.
        Conflict: what the plugin requires is off on a site that shall hold it on.
    """
    _known(slug)
    standing = read_standings([slug], lock=True)[slug]
    for site_id, mode in modes.items():
        standing = standing.with_site(site_id, replace(standing.at(site_id), mode=SiteMode(mode)))
    return stand(wanted={slug: standing}, actor=actor, reason=reason)


@transaction.atomic
def change_settings(
    *, slug: str, values: Mapping[str, Any], actor: Actor, reason: str, site_id: int | None = None
) -> PluginChange | None:
    """Set settings of a plugin, for everyone or for one site; those not named stay, None takes a value back to its default.

    Raises:
        NotFound: no such plugin is loaded.
        InvalidInput: no reason was given, there is no such setting, it cannot differ per site, or a value does not fit it;
            ``field`` names the setting.
    """
    _known(slug)
    standing = read_standings([slug], lock=True)[slug]
    known = standing.settings if site_id is None else standing.at(site_id).settings
    settings = {name: value for name, value in {**known, **_plain(slug, values)}.items() if value is not None}
    if site_id is None:
        wanted = replace(standing, settings=settings)
    else:
        wanted = standing.with_site(site_id, replace(standing.at(site_id), settings=settings))
    return stand(wanted={slug: wanted}, actor=actor, reason=reason)


@transaction.atomic
def undo_change(*, change_id: int, actor: Actor, reason: str) -> PluginChange | None:
    """Let the plugins that a change moved stand as they stood before it.

    Raises:
        NotFound: there is no such change.
        InvalidInput: no reason was given.
        Conflict: it was undone already, or one of the plugins has been moved since.
    """
    change = PluginChange.objects.select_for_update().filter(pk=change_id).first()
    if change is None:
        raise NotFound()
    if hasattr(change, "undone_by"):
        raise Conflict(_("This change has been undone already."))
    now = read_standings(change.after, lock=True)
    if moved := [slug for slug, told in change.after.items() if to_json(now[slug]) != told]:
        raise Conflict(_("%(plugins)s has been moved since; undo that change first.") % {"plugins": ", ".join(moved)})
    wanted = {slug: from_json(told) for slug, told in change.before.items()}
    return stand(wanted=wanted, actor=actor, reason=reason, undoes=change)


@transaction.atomic
def stand(
    *, wanted: Mapping[str, Standing], actor: Actor, reason: str, undoes: PluginChange | None = None
) -> PluginChange | None:
    """Let plugins stand as wanted, all of them or none; returns the change, or None where they stood so already.

    Raises:
        NotFound: a plugin is not loaded.
        InvalidInput: no reason was given, or a standing breaks a rule of the plugin's manifest.
        Conflict: some plugin would be on without one that it requires, everywhere or on one site.
    """
    if not reason.strip():
        raise InvalidInput(_("Say why: the reason is kept with the change."), field="reason")
    # All rows: what one plugin may do depends on how the others stand.
    now = read_standings(lock=True)
    moved = {slug: one for slug, one in wanted.items() if one != now.get(slug, Standing())}
    if not moved:
        return None
    for slug, standing in moved.items():
        _known(slug)
        check_standing(slug, standing)
    _check_together({**now, **wanted}, moved)
    change = PluginChange.objects.create(actor_label=str(actor.label)[:200], reason=reason.strip(), undoes=undoes)
    for slug, standing in moved.items():
        before = now.get(slug, Standing())
        change.before[slug], change.after[slug] = to_json(before), to_json(standing)
        _record(slug, before, standing, actor, reason)
    change.save(update_fields=["before", "after"])
    bump()
    return change


def _check_together(after: Mapping[str, Standing], moved: Mapping[str, Standing]) -> None:
    # Where a site holds off what a plugin needs, the plugin is off there too; only to hold it on there would be a lie.
    for slug, manifest in registry.manifests.items():
        standing = after.get(slug, Standing())
        held_on = [site for site, one in standing.sites.items() if one.mode == SiteMode.ON] if slug in moved else []
        for site_id in [*([None] if standing.enabled else []), *held_on]:
            if lacking := [one for one in manifest.requires_plugins if not _on(after.get(one, Standing()), site_id)]:
                told = {"plugin": slug, "plugins": ", ".join(lacking)}
                raise Conflict(_("%(plugin)s cannot be on without %(plugins)s.") % told)


def _on(standing: Standing, site_id: int | None) -> bool:
    mode = SiteMode.INHERIT if site_id is None else standing.at(site_id).mode
    return standing.enabled if mode == SiteMode.INHERIT else mode == SiteMode.ON


def _record(slug: str, before: Standing, after: Standing, actor: Actor, reason: str) -> None:
    state = write_standing(slug, after)
    record(
        actor=actor,
        action=_action(before, after),
        subject=state,
        before=to_json(before),
        after=to_json(after),
        reason=reason,
    )
    if before.enabled != after.enabled:
        announce(PluginSwitched(slug=slug, enabled=after.enabled))
    for site_id in sorted({*before.sites, *after.sites}):
        old, new = before.at(site_id), after.at(site_id)
        if old.mode != new.mode:
            announce(PluginSwitched(slug=slug, enabled=_on(after, site_id), site_id=site_id))
        if old.settings != new.settings:
            announce(PluginConfigured(slug=slug, site_id=site_id))
    if before.settings != after.settings:
        announce(PluginConfigured(slug=slug))


def _action(before: Standing, after: Standing) -> str:
    if before.enabled != after.enabled:
        return "plugins.enable" if after.enabled else "plugins.disable"
    modes = {site: one.mode for site, one in before.sites.items()} != {s: one.mode for s, one in after.sites.items()}
    if modes:
        return "plugins.set_site_mode"
    return "plugins.change_sunset" if before.sunset_until != after.sunset_until else "plugins.change_settings"


def _plain(slug: str, values: Mapping[str, Any]) -> dict[str, Any]:
    declared = {one.name: one for one in registry.manifests[slug].settings}
    made = {}
    for name, value in values.items():
        if name not in declared:
            raise InvalidInput(_("This plugin has no setting named %(name)s.") % {"name": name}, field=name)
        try:
            made[name] = None if value is None else declared[name].plain(value)
        except SettingError as error:
            raise InvalidInput(str(error), field=name) from error
    return made


def _known(slug: str) -> None:
    if slug not in registry.manifests:
        raise NotFound(_("There is no plugin named %(slug)s.") % {"slug": slug})
