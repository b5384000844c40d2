"""Activation: moving a plugin's switch, with a reason, an audit record, and no touch to its data."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.contract import Actor, Conflict, InvalidInput, NotFound
from civicnet.contract.events import PluginSwitched
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from civicnet.lifecycle.models import PluginSiteState, PluginState, SiteMode
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import bump


@transaction.atomic
def enable_plugin(*, slug: str, actor: Actor, reason: str) -> None:
    """Switch a plugin on for everyone.

    Raises:
        NotFound: no such plugin is loaded.
        InvalidInput: no reason was given.
        Conflict: a plugin that this one requires is off; the sentence names it.
    """
    _check(slug, reason)
    missing = [other for other in registry.manifests[slug].requires_plugins if not _is_on(other)]
    if missing:
        raise Conflict(_("Switch on %(plugins)s first: this plugin needs it.") % {"plugins": ", ".join(missing)})
    _switch(slug=slug, enabled=True, actor=actor, reason=reason)


@transaction.atomic
def disable_plugin(*, slug: str, actor: Actor, reason: str) -> None:
    """Switch a plugin off for everyone. Its data stay as they are.

    Raises:
        NotFound: no such plugin is loaded.
        InvalidInput: no reason was given.
        Conflict: plugins that are on require this one; the sentence names them.
    """
    _check(slug, reason)
    dependants = [other for other in registry.dependants(slug) if _is_on(other)]
    if dependants:
        raise Conflict(_("Switch off %(plugins)s first: they need this plugin.") % {"plugins": ", ".join(dependants)})
    _switch(slug=slug, enabled=False, actor=actor, reason=reason)


@transaction.atomic
def set_site_mode(*, slug: str, site_id: int, mode: SiteMode, actor: Actor, reason: str) -> None:
    """Let one site follow the switch for everyone, or hold it on or off.

    Raises:
        NotFound: no such plugin is loaded.
        InvalidInput: no reason was given, or the plugin's scope does not allow a switch per site.
    """
    _check(slug, reason)
    if registry.manifests[slug].scope == "global":
        raise InvalidInput(_("This plugin is on or off everywhere; it has no switch per site."), field="mode")
    state, _created = PluginSiteState.objects.select_for_update().get_or_create(slug=slug, site_id=site_id)
    before = state.mode
    state.mode = mode
    state.save(update_fields=["mode"])
    record(
        actor=actor,
        action="plugins.set_site_mode",
        subject=state,
        before={"mode": before},
        after={"mode": mode},
        reason=reason,
    )
    announce(PluginSwitched(slug=slug, enabled=mode == SiteMode.ON, site_id=site_id))
    bump()


def _check(slug: str, reason: str) -> None:
    if slug not in registry.manifests:
        raise NotFound(_("There is no plugin named %(slug)s.") % {"slug": slug})
    if not reason.strip():
        raise InvalidInput(_("Say why: the reason is kept with the change."), field="reason")


def _is_on(slug: str) -> bool:
    return PluginState.objects.filter(slug=slug, enabled=True).exists()


def _switch(*, slug: str, enabled: bool, actor: Actor, reason: str) -> None:
    state, _created = PluginState.objects.select_for_update().get_or_create(slug=slug)
    before = state.enabled
    if before == enabled:
        return
    state.enabled = enabled
    state.save(update_fields=["enabled", "changed_at"])
    record(
        actor=actor,
        action="plugins.enable" if enabled else "plugins.disable",
        subject=state,
        before={"enabled": before},
        after={"enabled": enabled},
        reason=reason,
    )
    announce(PluginSwitched(slug=slug, enabled=enabled))
    bump()
