"""Wagtail's hooks for plugins: asked while the plugin is on; what guards something fails closed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from wagtail import hooks

from civicnet.access.actors import SYSTEM
from civicnet.lifecycle.activation import disable_plugin
from civicnet.lifecycle.editing import plugin_wagtail_hook
from civicnet.lifecycle.faults import flush
from civicnet.lifecycle.models import PluginFault

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "_hooks", {})


def ask(name: str, *given: Any) -> list[Any]:
    return [hook(*given) for hook in hooks.get_hooks(name)]


@pytest.mark.parametrize(
    ("name", "given", "told", "silent"),
    [
        ("construct_page_chooser_queryset", ("pages", "request"), "mine", "pages"),
        ("construct_explorer_page_queryset", ("parent", "pages", "request"), "mine", "pages"),
        ("register_page_header_buttons", ("page",), "mine", []),
        ("insert_global_admin_css", (), "mine", ""),
        ("construct_page_action_menu", (["item"], "request", {}), "mine", None),
        ("before_delete_page", ("request", "page"), "mine", None),
    ],
)
def test_a_hook_says_nothing_while_its_plugin_is_off(
    plug: Any, name: str, given: tuple[Any, ...], told: Any, silent: Any
) -> None:
    plug("tower")
    plugin_wagtail_hook(name, plugin="tower")(lambda *_given: "mine")

    assert ask(name, *given) == [told]
    disable_plugin(slug="tower", actor=SYSTEM, reason="test")
    assert ask(name, *given) == [silent]


def test_a_guard_may_hold_while_its_plugin_is_off(plug: Any) -> None:
    plug("tower", on=False)
    plugin_wagtail_hook("before_delete_page", plugin="tower", while_off=True)(lambda *_given: "stop")

    assert ask("before_delete_page", "request", "page") == ["stop"]


@pytest.mark.parametrize("name", ["register_admin_menu_item", "register_admin_urls", "register_icons", "on_serve_page"])
def test_what_wagtail_reads_once_is_no_hook_for_a_plugin(name: str) -> None:
    with pytest.raises(ValueError, match=f"tower: {name} cannot follow a switch"):
        plugin_wagtail_hook(name, plugin="tower")

    assert hooks.get_hooks(name) == []


def test_a_guard_that_fails_stops_the_deed_and_a_decoration_is_left_out(plug: Any) -> None:
    plug("tower")

    def fail(*_given: Any) -> None:
        raise RuntimeError("boom")

    def refuse(*_given: Any) -> None:
        raise PermissionDenied

    plugin_wagtail_hook("before_delete_page", plugin="tower")(fail)
    plugin_wagtail_hook("before_copy_page", plugin="tower")(refuse)
    plugin_wagtail_hook("register_page_header_buttons", plugin="tower")(fail)

    with pytest.raises(RuntimeError):
        ask("before_delete_page", "request", "page")
    with pytest.raises(PermissionDenied):
        ask("before_copy_page", "request", "page")
    assert ask("register_page_header_buttons", "page") == [[]]
    flush()
    assert set(PluginFault.objects.values_list("hook", flat=True)) == {
        "wagtail before_delete_page",
        "wagtail register_page_header_buttons",
    }
