"""Wagtail's hooks for plugins: those that Wagtail asks at each use, gated and isolated.

What Wagtail reads once per process (menu items, admin URLs, viewsets, icons, rich text features, bulk actions) is no hook for
a plugin: it would stay when the plugin is switched off. The host registers that, and asks the plugins by its own hooks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar

from wagtail import hooks

from civicnet.lifecycle.isolation import Isolation
from civicnet.lifecycle.snapshot import current

H = TypeVar("H", bound=Callable[..., Any])
# Hooks that pass something on: which argument goes on unchanged. What narrows what people see must not fail open.
_PASSED_ON = {
    "construct_page_chooser_queryset": 0,
    "construct_image_chooser_queryset": 0,
    "construct_document_chooser_queryset": 0,
    "construct_explorer_page_queryset": 1,
    "filter_form_submissions_for_user": 1,
}
_LISTS = frozenset(
    {
        "register_page_header_buttons",
        "register_page_listing_buttons",
        "register_page_listing_more_buttons",
        "register_snippet_listing_buttons",
        "register_user_listing_buttons",
    }
)
_TEXTS = frozenset({"insert_editor_css", "insert_editor_js", "insert_global_admin_css", "insert_global_admin_js"})
# These change what they are given, and return nothing.
_CHANGING = frozenset(
    {
        "construct_homepage_panels",
        "construct_homepage_summary_items",
        "construct_main_menu",
        "construct_page_action_menu",
        "construct_page_listing_buttons",
        "construct_reports_menu",
        "construct_settings_menu",
        "construct_snippet_action_menu",
        "construct_snippet_listing_buttons",
        "construct_wagtail_userbar",
    }
)


def plugin_wagtail_hook(name: str, *, plugin: str, order: int = 0, while_off: bool = False) -> Callable[[H], H]:
    """Register a function with Wagtail on behalf of a plugin. ``wagtail.hooks.register`` is for the host alone.

    A hook that stands before a deed (``before_…``) or narrows what is offered is strict: when it fails, the deed does not
    happen. Any other that fails is left out.

    Args:
        name: a hook that Wagtail asks at each use.
        plugin: the slug of the plugin.
        order: as for Wagtail.
        while_off: ask it also while the plugin is off, where it guards what the plugin's rows promise.

    Raises:
        ValueError: Wagtail reads this hook once per process, or nobody has found out when.
    """
    if not (name.startswith(("before_", "after_")) or name in _PASSED_ON or name in _LISTS | _TEXTS | _CHANGING):
        raise ValueError(
            f"{plugin}: {name} cannot follow a switch; hand it to the host by a hook such as admin_viewsets"
        )
    place = Isolation(plugin, f"wagtail {name}"[:64], strict=name in _PASSED_ON or name.startswith("before_"))

    def register(function: H) -> H:
        @wraps(function)
        def ask(*args: Any, **named: Any) -> Any:
            nothing = _nothing(name, args)
            if not (while_off or current().is_on(plugin)):
                return nothing
            return place.call(partial(function, *args, **named), otherwise=nothing)

        ask.civicnet_plugin = plugin  # type: ignore[attr-defined]
        hooks.register(name, ask, order=order)
        return function

    return register


def _nothing(name: str, args: tuple[Any, ...]) -> Any:
    if name in _PASSED_ON:
        return args[_PASSED_ON[name]]
    return [] if name in _LISTS else "" if name in _TEXTS else None
