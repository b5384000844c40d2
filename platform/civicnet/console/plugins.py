"""The plugin screen: a card for each plugin with one switch, the reason asked before it moves, and undo after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.console.doors import PostMenuItem, open_to
from civicnet.contract import CivicNetError, NotFound
from civicnet.gateway.composer import parts
from civicnet.ledger.models import AuditRecord
from civicnet.ledger.services import object_type
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.consequences import consequences
from civicnet.lifecycle.models import PluginState
from civicnet.lifecycle.registry import registry

PERMISSION = "civicnet_lifecycle.switch_plugin"


@dataclass(frozen=True, slots=True)
class Card:
    """What one plugin's card shows."""

    slug: str
    label: str
    summary: str
    version: str
    enabled: bool
    requires: list[str]
    needed_by: list[str]
    last_change: AuditRecord | None


class ReasonForm(forms.Form):
    """Why the switch moves."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
        help_text=gettext_lazy("One sentence; it is kept with the change and shown to whoever asks later."),
    )


def cards() -> list[Card]:
    """One card per loaded plugin."""
    states = {state.slug: state for state in PluginState.objects.all()}
    moves = AuditRecord.objects.filter(object_type=object_type(PluginState))
    newest = moves.order_by().values("object_id").annotate(newest=Max("id")).values("newest")
    last = {record.object_id: record for record in moves.filter(pk__in=newest)}
    return [
        Card(
            slug=slug,
            label=_in_language(manifest.label) or slug,
            summary=_in_language(manifest.summary),
            version=str(manifest.version),
            enabled=slug in states and states[slug].enabled,
            requires=[_label(other) for other in manifest.requires_plugins],
            needed_by=[_label(other) for other in registry.dependants(slug)],
            last_change=last.get(str(states[slug].pk)) if slug in states else None,
        )
        for slug, manifest in registry.manifests.items()
    ]


def _lines(slug: str) -> list[str]:
    # The gateway's own still comes from here.
    found = [f"{one.label} {_listed(one.items)}" for one in consequences(slug)]
    if part := parts().get(slug):
        found.append(_("GraphQL root fields: %(fields)s") % {"fields": _listed(sorted(part.fields))})
    return found


def _listed(names: Iterable[Any]) -> str:
    return pgettext("between names", ", ").join(map(str, names))


def _in_language(texts: dict[str, str]) -> str:
    language = get_language() or "zh-hans"
    return texts.get(language) or texts.get("zh-hans") or texts.get("en", "")


def _label(slug: str) -> str:
    return _in_language(registry.manifests[slug].label) if slug in registry.manifests else slug


@require_safe
@open_to(PERMISSION)
def index(request: HttpRequest) -> HttpResponse:
    """All plugins as cards."""
    return render(
        request,
        "console/plugins.html",
        {"cards": cards(), "quarantined": registry.quarantined, "undo": request.session.pop("plugin_undo", None)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(PERMISSION)
def switch(request: HttpRequest, slug: str, target: str) -> HttpResponse:
    """Show what the switch does and ask why; then move it."""
    card = next((one for one in cards() if one.slug == slug), None)
    if card is None:
        raise NotFound()
    form = ReasonForm(
        request.POST or None, initial={"reason": _("Undone right after the switch.")} if "undo" in request.GET else None
    )
    if request.method == "POST" and form.is_valid():
        act = enable_plugin if target == "on" else disable_plugin
        try:
            act(slug=slug, actor=actor_of(request), reason=form.cleaned_data["reason"])
        except CivicNetError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            _report(request, card, target)
            return HttpResponseRedirect(reverse("plugins:index"))
    status = 400 if request.method == "POST" else 200
    context: dict[str, Any] = {"card": card, "brings": _lines(slug), "target": target, "form": form}
    return render(request, "console/plugin_switch.html", context, status=status)


def _report(request: HttpRequest, card: Card, target: str) -> None:
    sentence = _("%(plugin)s is on.") if target == "on" else _("%(plugin)s is off. Nothing was deleted.")
    messages.success(request, sentence % {"plugin": card.label})
    request.session["plugin_undo"] = {
        "slug": card.slug,
        "label": card.label,
        "target": "off" if target == "on" else "on",
    }


class PluginMenuItem(PostMenuItem):
    """Shown to whoever may move switches."""

    permissions = (PERMISSION,)


class PluginViewSet(ViewSet):
    """The plugin screen as part of Wagtail's admin."""

    url_namespace = "plugins"
    url_prefix = "plugins"
    menu_label = gettext_lazy("Plugins")
    menu_icon = "plugins"
    menu_order = 700
    menu_item_class = PluginMenuItem
    add_to_admin_menu = True

    @property
    def menu_url(self) -> str:
        """Where the menu item leads."""
        return reverse("plugins:index")

    def get_urlpatterns(self) -> list[Any]:
        """The list, and one page per move of a switch."""
        return [
            path("", index, name="index"),
            path("<slug:slug>/on/", switch, {"target": "on"}, name="switch_on"),
            path("<slug:slug>/off/", switch, {"target": "off"}, name="switch_off"),
        ]
