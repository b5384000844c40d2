"""The switch: off, nothing of the plugin is there, for a superuser neither; on again, everything is back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone
from wagtail.admin.menu import MenuItem, SubmenuMenuItem, admin_menu
from wagtail.models import Page

from civicnet.access.grants import shelves
from civicnet.access.models import User
from civicnet.exchange.offers import offered
from civicnet.gateway.composer import compose, parts
from civicnet.lifecycle.gate import owner
from civicnet.lifecycle.hooks import collect
from civicnet.lifecycle.manifest import Manifest
from civicnet.lifecycle.schedules import run_if_due, schedules
from civicnet.lifecycle.snapshot import read, using
from civicnet.testing.switching import Toggle

Surfaces = Callable[[], dict[str, set[str]]]
ADMIN = "wagtailadmin.access_admin"
# What stands in an address in place of each kind of gap.
_SAMPLES = {"IntConverter": "1", "UUIDConverter": "00000000-0000-0000-0000-000000000001"}
# Hooks that only say what there is: asking them changes nothing.
_SAYING = ("desk_tabs", "health", "resources")


@pytest.fixture
def surfaces(under_test: Manifest, staff: Callable[..., User]) -> Surfaces:
    """Takes stock of what people and programs are offered of the plugin now, by kind."""
    person = staff([ADMIN, *(one.name for one in under_test.permissions)], username="watcher")
    person.is_superuser = True
    request = RequestFactory().get("/admin/")

    def look() -> dict[str, set[str]]:
        request.user = person
        request.__dict__.pop("civicnet_actor", None)
        with using(read(None)):
            return {
                "items of the menu": set(
                    _menu_items(admin_menu.menu_items_for_request(request), request, under_test.slug)
                ),
                "GraphQL names": _graphql_names(under_test.slug),
                "sheets to import and export": {key for key, one in offered().items() if _is_of(one, under_test)},
                "hooks that are asked": {hook for hook in _SAYING if _is_asked(hook, under_test.slug)},
                "kinds of pages to add": set(_page_types(under_test.package)),
            }

    return look


def test_while_it_is_off_nothing_of_it_is_offered_and_all_comes_back(
    under_test: Manifest, surfaces: Surfaces, toggle: Toggle
) -> None:
    """Menu, GraphQL, sheets, hooks and kinds of pages go with the switch and come back with it."""
    toggle(under_test.slug, True)
    before = surfaces()

    toggle(under_test.slug, False)
    left = {kind: sorted(names) for kind, names in surfaces().items() if names}
    toggle(under_test.slug, True)

    assert not left, f"register these through hooks only, for only hooks are gated: {left}"
    assert surfaces() == before, "what was there before the switch moved is not all back"


def test_while_it_is_off_every_address_of_it_answers_404(
    under_test: Manifest, staff: Callable[..., User], client: Client, toggle: Toggle
) -> None:
    """Also for a superuser who holds every permission of the plugin."""
    person = staff([ADMIN, *(one.name for one in under_test.permissions)], username="watcher")
    User.objects.filter(pk=person.pk).update(is_superuser=True)
    client.force_login(person)
    addresses = sorted(set(_addresses(get_resolver(), "", (), under_test.slug)))

    toggle(under_test.slug, False)
    open_ones = [one for one in addresses if client.get(one).status_code != 404]

    assert not open_ones, f"hand these out by the hooks routes or admin_viewsets: {', '.join(open_ones)}"


def test_while_it_is_off_its_permissions_rest_and_are_kept(
    under_test: Manifest, staff: Callable[..., User], toggle: Toggle
) -> None:
    """They stay with the roles that hold them, and the screens of roles show that they rest."""
    names = {one.name for one in under_test.permissions}
    role = staff(sorted(names), username="holder").positions.get().role
    toggle(under_test.slug, False)

    resting = {grant.permission for shelf in shelves() if shelf.resting for grant in shelf.grants}
    kept = {f"{app}.{code}" for app, code in role.permissions.values_list("content_type__app_label", "codename")}

    assert names <= resting, f"these do not rest: {', '.join(sorted(names - resting))}"
    assert kept == names


def test_no_schedule_of_it_runs_while_it_is_off(under_test: Manifest, toggle: Toggle) -> None:
    """Work that comes back by itself rests, and is neither forgotten nor made up for meanwhile."""
    toggle(under_test.slug, False)
    ran: list[str] = []
    later = timezone.now() + timedelta(days=2)

    for name, (schedule, plugin) in schedules().items():
        if plugin == under_test.slug:
            run_if_due(replace(schedule, run=partial(ran.append, name)), plugin, now=later)

    assert not ran, f"these ran all the same: {', '.join(ran)}"


def _menu_items(items: Iterable[MenuItem], request: HttpRequest, slug: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, SubmenuMenuItem):
            yield from _menu_items(item.menu.menu_items_for_request(request), request, slug)
        elif _leads_to(item.url) == slug:
            yield str(item.name)


def _leads_to(url: str) -> str | None:
    try:
        return owner(resolve(url.partition("?")[0]).namespaces)
    except Resolver404:
        return None


def _graphql_names(slug: str) -> set[str]:
    part = parts().get(slug)
    schema = compose(read(None).enabled).schema
    roots = [root for root in (schema.query_type, schema.mutation_type) if root]
    names = set(schema.type_map) | {name for root in roots for name in root.fields}
    return names & (part.fields | set(part.types)) if part else set()


def _is_of(resource: type, manifest: Manifest) -> bool:
    return resource.__module__.partition(".")[0] == manifest.package


def _is_asked(hook: str, slug: str) -> bool:
    return slug in {one.plugin for one in collect(hook)}


def _page_types(package: str) -> Iterator[str]:
    pages: list[Any] = [one for one in apps.get_app_config(package).get_models() if issubclass(one, Page)]
    for page in pages:
        if any(page.can_create_at(parent()) for parent in page.allowed_parent_page_models()):
            yield page._meta.label


def _addresses(resolver: URLResolver, route: str, names: tuple[str, ...], slug: str) -> Iterator[str]:
    for one in resolver.url_patterns:
        here = route + _sample(one)
        if isinstance(one, URLResolver):
            yield from _addresses(one, here, (*names, one.namespace) if one.namespace else names, slug)
        elif owner(list(names)) == slug:
            yield f"/{here}"


def _sample(pattern: URLPattern | URLResolver) -> str:
    text = str(pattern.pattern)
    for name, converter in getattr(pattern.pattern, "converters", {}).items():
        kind = type(converter).__name__
        word = {"IntConverter": "int", "UUIDConverter": "uuid"}.get(kind, "")
        gaps = [f"<{word}:{name}>", f"<{name}>", f"<str:{name}>", f"<slug:{name}>", f"<path:{name}>"]
        for gap in gaps:
            text = text.replace(gap, _SAMPLES.get(kind, "a"))
    return text
