"""Surfaces: all that can be reached of a plugin now, by kind, and what it registered past the gates."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator
from typing import Any

from django.core.management import get_commands
from django.dispatch import Signal
from django.test import RequestFactory
from django.urls import NoReverseMatch, Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse
from django_tasks.base import Task
from wagtail import hooks
from wagtail.admin.menu import MenuItem, SubmenuMenuItem, admin_menu
from wagtail.models import Page, get_page_models

from civicnet.access.actors import staff_actor
from civicnet.access.models import User
from civicnet.exchange.offers import offered
from civicnet.gateway.composer import compose, parts
from civicnet.lifecycle.contributed import contributed
from civicnet.lifecycle.gate import owner_of
from civicnet.lifecycle.gated_commands import Commands
from civicnet.lifecycle.hooks import collect
from civicnet.lifecycle.owners import plugin_of
from civicnet.lifecycle.pages import resting_types
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import current, read, using
from civicnet.lifecycle.tasks import PluginTask

# What stands in an address in place of each kind of gap; the gate is asked before anybody looks for a row.
_SAMPLES: tuple[Any, ...] = (1, "1", "00000000-0000-0000-0000-000000000001")


def reachable(slug: str, person: User) -> dict[str, set[str]]:
    """What people and programs are offered of a plugin now. ``person`` is whoever may do most."""
    with using(read(None)):
        composed = compose(current().enabled)
        part = parts().get(slug)
        actor = staff_actor(person)
        declared = {one.name for one in registry.manifests[slug].permissions}
        roots = [root for root in (composed.schema.query_type, composed.schema.mutation_type) if root]
        fields = {name for root in roots for name in root.fields}
        return {
            "menu": _menu(slug, person),
            "graphql fields": fields & part.fields if part else set(),
            "graphql types": composed.schema.type_map.keys() & part.types.keys() if part else set(),
            "graphql nodes": composed.nodes.keys() & part.types.keys() if part else set(),
            "resources": {key for key, one in offered().items() if plugin_of(one.__module__) == slug},
            "desk": {tab.view_name for one in collect("desk_tabs") if one.plugin == slug for tab in one.value},
            "waiting": {one.plugin for one in collect("waiting", actor=actor) if one.plugin == slug},
            "permissions": declared & actor.permissions,
            "blocks": {name for name, one in contributed().items() if one.plugin == slug and one.is_on},
            "pages": set(_pages(slug)),
            "commands": set(_commands(slug)),
        }


def addresses(slug: str) -> set[str]:
    """Every address that is the plugin's, in the admin and outside."""
    return {address for address in _all_addresses() if _owner(address) == slug}


def past_the_gates(slug: str) -> set[str]:
    """What the plugin's code registered with Django, Wagtail or the task queue by itself, where no gate stands before it."""
    found = {
        f"hooks.register({name!r}, {function.__qualname__})"
        for name, registered in hooks._hooks.items()
        for function, _order in registered
        if _is_raw(function, slug)
    }
    # A process that serves keeps what it has loaded from the collector, which would not tell of it here.
    gc.unfreeze()
    # By its type: lazy objects of others wake up when they are asked what they are.
    for signal in [one for one in gc.get_objects() if issubclass(type(one), Signal)]:
        for receiver in (entry[1] for entry in signal.receivers):
            function = receiver() if isinstance(receiver, weakref.ReferenceType) else receiver
            if function is not None and _is_raw(function, slug):
                found.add(f"Signal.connect({function.__qualname__})")
    modules = [module for name, module in list(sys.modules.items()) if module and plugin_of(name) == slug]
    tasks = [one for module in modules for one in vars(module).values() if isinstance(one, Task)]
    return found | {f"task({one.name})" for one in tasks if not isinstance(one, PluginTask)}


def _is_raw(function: Any, slug: str) -> bool:
    made_in = getattr(function, "__module__", "") or ""
    return plugin_of(made_in) == slug and getattr(function, "civicnet_plugin", None) != slug


def _menu(slug: str, person: User) -> set[str]:
    request = RequestFactory().get("/admin/")
    request.user = person
    return set(_items(admin_menu.menu_items_for_request(request), request, slug))


def _items(items: list[MenuItem], request: Any, slug: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, SubmenuMenuItem):
            yield from _items(item.menu.menu_items_for_request(request), request, slug)
        elif _owner(item.url) == slug:
            yield str(item.name)


def _pages(slug: str) -> Iterator[str]:
    resting = resting_types()
    for model in get_page_models():
        if plugin_of(model.__module__) != slug:
            continue
        parents = [parent() for parent in model.allowed_parent_page_models()] or [Page()]
        if model not in resting or any(model.can_create_at(parent) for parent in parents):
            yield model._meta.label


def _commands(slug: str) -> Iterator[str]:
    for name, app in get_commands().items():
        if isinstance(app, str) and plugin_of(app) == slug:
            try:
                Commands(["civicnet", name]).fetch_command(name)
            except SystemExit:
                continue
            yield name


def _owner(address: str) -> str | None:
    try:
        return owner_of(resolve(address.partition("?")[0]))
    except Resolver404:
        return None


def _all_addresses() -> Iterator[str]:
    for name, gaps in _names(get_resolver(), (), ()):
        for sample in _SAMPLES if gaps else (1,):
            try:
                yield reverse(name, kwargs=dict.fromkeys(gaps, sample))
            except NoReverseMatch:
                continue
            break


def _names(
    resolver: URLResolver, spaces: tuple[str, ...], gaps: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in resolver.url_patterns:
        here = (*gaps, *one.pattern.regex.groupindex)
        if isinstance(one, URLResolver):
            yield from _names(one, (*spaces, one.namespace) if one.namespace else spaces, here)
        elif isinstance(one, URLPattern) and one.name:
            yield ":".join((*spaces, one.name)), here
