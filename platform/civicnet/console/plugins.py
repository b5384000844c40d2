"""The plugin screen: a card for each plugin with one switch, a page for how it fares, and undo after every act."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Site

from civicnet.console import plugin_acts as acts
from civicnet.console.doors import PostMenuItem, open_to
from civicnet.console.plugin_acts import PERMISSION
from civicnet.console.plugin_cards import cards
from civicnet.console.plugin_words import site_name
from civicnet.lifecycle.consequences import consequences
from civicnet.lifecycle.faring import breakers_of, faults_of, times_of
from civicnet.lifecycle.health import platform_problems
from civicnet.lifecycle.history import changes_of
from civicnet.lifecycle.registry import registry


@require_safe
@open_to(PERMISSION)
def index(request: HttpRequest) -> HttpResponse:
    """All plugins as cards, those that could not be loaded, and what ails the platform itself."""
    return render(
        request,
        "console/plugins/index.html",
        {
            "cards": cards(),
            "left_out": registry.quarantined,
            "problems": platform_problems(),
            "undo": request.session.pop("plugin_undo", None),
        },
    )


@require_safe
@open_to(PERMISSION)
def plugin(request: HttpRequest, slug: str) -> HttpResponse:
    """One plugin: what it brings, how it is set, what went wrong, how long its hooks take, and what was done to it."""
    found = cards([slug])
    if not found:
        raise Http404
    per_site = any(one.per_site for one in registry.manifests[slug].settings)
    sites = Site.objects.order_by("-is_default_site", "hostname") if per_site else []
    context = {
        "title": found[0].label,
        "card": found[0],
        "brings": consequences(slug),
        "setting_sites": [(site, site_name(site)) for site in sites],
        "faults": faults_of(slug),
        "breakers": breakers_of(slug),
        "times": times_of(slug),
        "changes": changes_of(slug),
    }
    return render(request, "console/plugins/plugin.html", context)


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
        """The cards, a page for each plugin, and one for each act."""
        return [
            path("", index, name="index"),
            path("undo/<int:change_id>/", acts.undo, name="undo"),
            path("<slug:slug>/", plugin, name="plugin"),
            path("<slug:slug>/on/", acts.switch, {"target": "on"}, name="switch_on"),
            path("<slug:slug>/off/", acts.switch, {"target": "off"}, name="switch_off"),
            path("<slug:slug>/sites/", acts.sites, name="sites"),
            path("<slug:slug>/settings/", acts.settings, name="settings"),
            path("<slug:slug>/settings/<int:site_id>/", acts.settings, name="site_settings"),
            path("<slug:slug>/hooks/<slug:hook>/reset/", acts.reset, name="reset"),
        ]
