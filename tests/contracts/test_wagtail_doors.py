"""Wagtail's own screens: whoever walks through all of them by guessed numbers finds no draft, no file and no row of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from visibility_matrix import WATCHERS
from visibility_walk import Probe, answer, sign_in
from visibility_world import World, add_far, build
from wagtail.models import Page

# Whoever neither writes nor reviews has Wagtail's bare admission, whatever the post: a dispatcher stands for all of these.
# Readers' things: they stand on the public sites.
PUBLIC = frozenset({"near article", "near image"})
# Chooses the home pages of sites among all pages.
CHOSEN = frozenset({"near document", "far draft"})
OUTSIDERS = {
    "anonymous": PUBLIC,
    "worker": PUBLIC,
    "dispatcher": PUBLIC,
    "auditor": PUBLIC,
    "administrator": PUBLIC | CHOSEN,
}


def addresses(world: World) -> Iterator[str]:
    """Every address of Wagtail's, with the number of a row it was not meant to show."""
    for name, pattern in _named(get_resolver(), ()):
        if not name.startswith("wagtail") or name == "wagtail_serve":
            continue
        wanted = re.findall(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>", pattern)
        arguments = {(one or other): _guess(one or other, world) for one, other in wanted}
        try:
            yield reverse(name, kwargs=arguments)
        except NoReverseMatch:
            # Unnamed groups: the closed document by its number and name.
            if name == "wagtaildocs_serve":
                yield reverse(name, args=[world.id("far", "document"), "fardocument.pdf"])


def _named(resolver: URLResolver, names: tuple[str, ...], route: str = "") -> Iterator[tuple[str, str]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            if one.name:
                yield ":".join((*names, one.name)), f"{route}{one.pattern}"
        else:
            yield from _named(one, (*names, one.namespace) if one.namespace else names, f"{route}{one.pattern}")


def _guess(argument: str, world: World) -> object:
    draft = Page.objects.get(pk=world.id("far", "draft"))
    known = {
        "image_id": world.id("near", "image"),
        "document_id": world.id("far", "document"),
        "doc_id": world.id("far", "document"),
        "revision_id": draft.latest_revision_id,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "workflow_state_id": 1,
        "task_id": 1,
        "site_pk": 1,
        "content_type_app_name": "civicnet_publicity",
        "content_type_model_name": "articlepage",
        "app_label": "wagtailcore",
        "app_name": "wagtailcore",
        "model_name": "page",
        "action": "delete",
        "action_name": "publish",
        "filter_spec": "original",
        "mode": "default",
    }
    return known.get(argument, draft.pk)


@pytest.mark.parametrize("name", OUTSIDERS)
def test_who_neither_writes_nor_reviews_finds_nothing_in_wagtails_screens(city, settings, tmp_path, name) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = build(city)
    sign_in(world)
    add_far(world)
    walked = list(addresses(world))
    watcher = next(one for one in WATCHERS if one.name == name)

    found = {}
    for path in walked:
        probe = Probe((path,), lambda _world, client, headers, _place, path=path: client.get(path, headers=headers), {})
        given = answer(probe, world, watcher)
        if marks := given.marks - OUTSIDERS[name]:
            found[path] = sorted(marks)
        elif given.status >= 500:
            found[path] = [str(given.status)]

    assert len(walked) > 150
    assert found == {}


def test_an_editor_finds_the_draft_there(city, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = build(city)
    sign_in(world)
    add_far(world)
    editor = next(one for one in WATCHERS if one.name == "editor")
    path = reverse("wagtailadmin_choose_page_child", args=[world.id("near", "column")])

    given = answer(Probe((path,), lambda _w, client, headers, _p: client.get(path, headers=headers), {}), world, editor)

    assert {"near article", "far draft", "far review"} <= given.marks
