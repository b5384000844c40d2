"""Pages of a plugin that is off, in Wagtail's admin: not offered, not found, and plainly said where somebody opens one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from civicnet.access.actors import SYSTEM
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.generation import bump
from civicnet.lifecycle.models import PluginSiteState, SiteMode
from civicnet.lifecycle.pages import off_notice
from civicnet_publicity.models import ArticlePage, ColumnPage

NOTICE = "Readers cannot see this page: Columns and articles is switched off here."


@pytest.fixture
def article(write: Callable[..., ArticlePage]) -> ArticlePage:
    """A published article."""
    made = write("gov/news", "lantern", title="Lantern festival")
    call_command("wagtail_update_index", verbosity=0)
    return made


@pytest.fixture
def editor(admin_client: Client, admin_user: Any) -> Client:
    """Whoever may edit all pages, in English."""
    admin_client.cookies["civicnet_language"] = "en"
    return admin_client


def switch(target: str) -> None:
    act = enable_plugin if target == "on" else disable_plugin
    act(slug="publicity", actor=SYSTEM, reason="test")


def test_its_pages_are_not_chosen_searched_or_added_while_it_is_off(editor: Client, article: ArticlePage) -> None:
    column = article.get_parent()

    def offered() -> tuple[bool, ...]:
        chosen = editor.get(reverse("wagtailadmin_choose_page_search"), {"q": "Lantern"})
        browsed = editor.get(reverse("wagtailadmin_choose_page_child", args=[column.pk]))
        found = editor.get(reverse("wagtailadmin_pages:search"), {"q": "Lantern"})
        quick = editor.get(reverse("wagtailadmin_pages:search_results"), {"q": "Lantern"})
        assert {one.status_code for one in (chosen, browsed, found, quick)} == {200}
        added = editor.get(reverse("wagtailadmin_pages:add", args=["civicnet_publicity", "articlepage", column.pk]))
        subpages = editor.get(reverse("wagtailadmin_pages:add_subpage", args=[column.pk]))
        return (
            *("Lantern festival" in one.text for one in (chosen, browsed, found, quick)),
            added.status_code == 200,
            # Wagtail goes straight to the form where there is one kind only.
            subpages.status_code == 302 and "articlepage" in subpages["Location"],
        )

    assert offered() == (True,) * 6
    switch("off")
    assert offered() == (False,) * 6
    switch("on")
    assert offered() == (True,) * 6


def test_an_editor_is_told_that_readers_cannot_see_the_page(editor: Client, article: ArticlePage) -> None:
    editing = reverse("wagtailadmin_pages:edit", args=[article.pk])
    exploring = reverse("wagtailadmin_explore", args=[article.get_parent().pk])
    previewing = reverse("wagtailadmin_pages:view_draft", args=[article.pk])

    for address in (editing, exploring, previewing):
        assert NOTICE not in editor.get(address).text
    switch("off")
    for address in (editing, exploring, previewing):
        response = editor.get(address)
        assert response.status_code == 200
        assert response.text.count(NOTICE) == 1, address
    # The list itself stays whole: somebody has to find what is kept.
    assert "Lantern festival" in editor.get(exploring).text
    assert NOTICE not in editor.get(reverse("wagtailadmin_explore_results", args=[article.get_parent().pk])).text
    switch("on")
    assert NOTICE not in editor.get(editing).text


def test_wagtails_reports_go_on_without_it(editor: Client, article: ArticlePage) -> None:
    switch("off")
    reports = re.findall(r'href=\\?"(/admin/reports/[^"\\]+)', editor.get("/admin/").text.replace("\\u0022", '"'))
    named = [
        reverse(f"wagtailadmin_reports:{name}")
        for name in ("locked_pages", "workflow", "workflow_tasks", "site_history", "aging_pages", "page_types_usage")
    ]
    about = [
        reverse("wagtailadmin_pages:usage", args=[article.pk]),
        reverse("wagtailadmin_pages:history", args=[article.pk]),
        reverse("wagtailadmin_pages:type_use", args=["civicnet_publicity", "articlepage"]),
        reverse("wagtailadmin_pages:revisions_compare", args=[article.pk, "earliest", "latest"]),
    ]

    assert {
        path: status for path in {*reports, *named, *about} if (status := editor.get(path).status_code) != 200
    } == {}


def test_a_page_whose_author_forgot_the_gate_is_not_served_either(
    client: Client, article: ArticlePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for model in (ArticlePage, ColumnPage, type(article.get_site().root_page.specific)):
        monkeypatch.setattr(model, "_require_on", lambda self: None)
    path = "/news/lantern/"
    assert client.get(path, headers={"host": "gov.test"}).status_code == 200

    switch("off")

    assert client.get(path, headers={"host": "gov.test"}).status_code == 404


def test_the_notice_goes_by_the_pages_own_site(article: ArticlePage) -> None:
    PluginSiteState.objects.create(slug="publicity", site_id=article.get_site().pk, mode=SiteMode.OFF)
    bump()

    with translation.override("en"):
        assert off_notice(article).startswith(NOTICE)
        assert off_notice(Page.get_first_root_node()) == ""
