"""Acts on plugins: each shows what it will do, asks why, and calls one service; in a dialog, or on a page of its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Site

from civicnet.access.actors import actor_of
from civicnet.console.acts import act_view, attempt, in_dialog
from civicnet.console.doors import open_to
from civicnet.console.plugin_forms import ReasonForm, SettingsForm, SitesForm, SwitchForm
from civicnet.console.plugin_words import listed, site_name
from civicnet.contract import CivicNetError, NotFound
from civicnet.gateway.composer import parts
from civicnet.lifecycle import history
from civicnet.lifecycle.activation import change_settings, disable_plugin, enable_plugin, set_site_modes, undo_change
from civicnet.lifecycle.consequences import consequences
from civicnet.lifecycle.faring import breaker_of
from civicnet.lifecycle.labels import plugin_label
from civicnet.lifecycle.models import PluginChange
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.resetting import reset_breaker
from civicnet.lifecycle.rules import dependants_on, needed_and_off
from civicnet.lifecycle.standing import Standing, read_standings

PERMISSION = "civicnet_lifecycle.switch_plugin"


@act_view
@open_to(PERMISSION)
def switch(request: HttpRequest, slug: str, target: str) -> HttpResponse:
    """Say what comes and goes, ask why, and move the switch for everyone."""
    _standing(slug)
    now = read_standings()
    along = needed_and_off(slug, now) if target == "on" else dependants_on(slug, now)
    form = SwitchForm(request.POST or None, target=target, along=along, answers=slug in parts())
    made = attempt(form, lambda: (_move(request, slug, target, form.cleaned_data),), closes=_closes)
    if made:
        said = _("%(plugin)s is on.") if target == "on" else _("%(plugin)s is off. Nothing was deleted.")
        return _done(request, made, slug, said % {"plugin": plugin_label(slug)})
    title = _("Switch on %(label)s") if target == "on" else _("Switch off %(label)s")
    brings = [one for other in (slug, *along) for one in consequences(other)]
    return _ask(
        request,
        form,
        title=title % {"label": plugin_label(slug)},
        serious=target == "off",
        target=target,
        brings=brings,
    )


@act_view
@open_to(PERMISSION)
def sites(request: HttpRequest, slug: str) -> HttpResponse:
    """Let each site follow the switch for everyone, or hold the plugin on or off there."""
    standing = _standing(slug)
    if registry.manifests[slug].scope == "global":
        raise NotFound()
    known = list(Site.objects.order_by("-is_default_site", "hostname"))
    form = SitesForm(request.POST or None, standing=standing, sites=known)
    given: dict[str, Any] = {"slug": slug, "actor": actor_of(request)}
    made = attempt(
        form,
        lambda: (set_site_modes(**given, modes=form.modes(), reason=form.cleaned_data["reason"]),),
        closes=_closes,
    )
    if made:
        return _done(
            request, made, slug, _("%(plugin)s stands on the sites as you chose.") % {"plugin": plugin_label(slug)}
        )
    return _ask(
        request,
        form,
        title=_("%(label)s, site by site") % {"label": plugin_label(slug)},
        button=_("Let it stand so"),
        note=_("Administration, background work and commands go on while it is on for any site."),
    )


@act_view
@open_to(PERMISSION)
def settings(request: HttpRequest, slug: str, site_id: int | None = None) -> HttpResponse:
    """Change how a plugin is set, for everyone or for one site."""
    standing = _standing(slug)
    site = Site.objects.filter(pk=site_id).first() if site_id is not None else None
    declared = [one for one in registry.manifests[slug].settings if site_id is None or one.per_site]
    if not declared or (site_id is not None and site is None):
        raise NotFound()
    stored = standing.settings if site is None else standing.at(site.pk).settings
    values = {one.name: one.default for one in declared if site is None} | dict(stored)
    form = SettingsForm(request.POST or None, declared=declared, values=values, for_site=site is not None)
    given: dict[str, Any] = {"slug": slug, "site_id": site_id, "actor": actor_of(request)}
    made = attempt(
        form,
        lambda: (change_settings(**given, values=form.values(), reason=form.cleaned_data["reason"]),),
        closes=_closes,
        called={one.name: f"setting_{one.name}" for one in declared},
    )
    if made:
        return _done(request, made, slug, _("The settings hold from the next request on, in every process."))
    title = _("Settings of %(label)s") % {"label": plugin_label(slug)}
    if site is not None:
        title = _("Settings of %(plugin)s at %(site)s") % {"plugin": plugin_label(slug), "site": site_name(site)}
    return _ask(request, form, title=title, button=_("Keep the settings"))


@act_view
@open_to(PERMISSION)
def undo(request: HttpRequest, change_id: int) -> HttpResponse:
    """Let the plugins stand as they stood before a change."""
    change = history.change(change_id)
    if change is None:
        raise NotFound()
    form = ReasonForm(request.POST or None, initial={"reason": _("Undone right after the switch.")})
    given: dict[str, Any] = {"change_id": change_id, "actor": actor_of(request)}
    made = attempt(form, lambda: (undo_change(**given, reason=form.cleaned_data["reason"]),), closes=_closes)
    slug = next(iter(change.after), "")
    names = listed(plugin_label(one) for one in change.after)
    if made:
        return _done(request, made, slug, _("Undone: %(plugins)s stands as before.") % {"plugins": names})
    return _ask(
        request,
        form,
        title=_("Undo the change of %(plugins)s") % {"plugins": names},
        button=_("Undo"),
        note=_("It was made for this reason: %(reason)s") % {"reason": change.reason},
    )


@act_view
@open_to(PERMISSION)
def reset(request: HttpRequest, slug: str, hook: str) -> HttpResponse:
    """Call a hook again at once that was stopped because it failed."""
    breaker = breaker_of(slug, hook)
    if breaker is None:
        raise NotFound()
    form = ReasonForm(request.POST or None)
    given: dict[str, Any] = {"slug": slug, "hook": hook, "actor": actor_of(request)}
    if attempt(form, lambda: reset_breaker(**given, reason=form.cleaned_data["reason"]) or True, closes=_closes):
        messages.success(request, _("%(hook)s is called again from the next request on.") % {"hook": hook})
        return HttpResponseRedirect(reverse("plugins:plugin", args=[slug]))
    return _ask(
        request,
        form,
        title=_("Call %(hook)s of %(plugin)s again") % {"hook": hook, "plugin": plugin_label(slug)},
        button=_("Call it again"),
        note=_("It was stopped because of this: %(reason)s") % {"reason": breaker.reason},
        back=reverse("plugins:plugin", args=[slug]),
    )


def _move(request: HttpRequest, slug: str, target: str, given: dict[str, Any]) -> PluginChange | None:
    common = {"slug": slug, "actor": actor_of(request), "reason": given["reason"]}
    along = given.get("along", False)
    if target == "on":
        return enable_plugin(**common, with_needed=along)
    return disable_plugin(**common, with_dependants=along, sunset=given.get("sunset"))


def _standing(slug: str) -> Standing:
    if slug not in registry.manifests:
        raise NotFound()
    return read_standings([slug])[slug]


def _closes(error: CivicNetError) -> bool:
    return isinstance(error, NotFound)


def _ask(request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
    dialog = in_dialog(request)
    base = "console/dialog.html" if dialog else "console/plugins/base.html"
    given = {"form": form, "base": base, "button": context["title"], "back": reverse("plugins:index"), **context}
    # A script reads the answer in the dialog: there the form itself says what is wrong.
    status = 400 if form.is_bound and not dialog else 200
    return render(request, "console/plugins/act.html", given, status=status)


def _done(request: HttpRequest, made: tuple[PluginChange | None], slug: str, sentence: str) -> HttpResponse:
    (change,) = made
    if change is None:
        messages.info(request, _("Nothing was changed: it stands so already."))
    else:
        messages.success(request, sentence)
        names = listed(plugin_label(one) for one in change.after)
        request.session["plugin_undo"] = {"change": change.pk, "label": names}
    return HttpResponseRedirect(reverse("plugins:index") + f"#plugin-{slug}")
