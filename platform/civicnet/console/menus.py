"""Menus: every item of a plugin knows its owner, and hides while the owner is off."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from civicnet.lifecycle.culprits import running
from civicnet.lifecycle.gate import own_admin_namespace
from civicnet.lifecycle.hooks import gather
from civicnet.lifecycle.snapshot import current


def gated(item: MenuItem, plugin: str) -> MenuItem:
    """The item, shown only while its plugin is on and to whom it would be shown anyway."""
    shown = item.is_shown

    def is_shown(request: HttpRequest) -> bool:
        return current().is_on(plugin) and bool(shown(request))

    item.is_shown = is_shown
    return item


def plugin_viewsets() -> list[ViewSet]:
    """All plugins' admin screens. Wagtail reads this once per process, so all are registered and gated inside."""
    found = []
    for one in gather("admin_viewsets"):
        with running(one.plugin):
            for viewset in one.value:
                _claim(viewset, one.plugin)
                found.append(viewset)
    return found


def _claim(viewset: Any, plugin: str) -> None:
    members = viewset.registerables if isinstance(viewset, ViewSetGroup) else [viewset]
    for member in members:
        if namespace := getattr(member, "url_namespace", None):
            own_admin_namespace(namespace, plugin)
    original = viewset.get_menu_item

    def get_menu_item(*given: Any, **named: Any) -> MenuItem:
        return gated(original(*given, **named), plugin)

    viewset.get_menu_item = get_menu_item
