"""A page whose plugin is not loaded: not there for readers, in its place for editors, and nothing of it can be lost by hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from wagtail.models import Page, Site

from civicnet.access.models import User

pytestmark = [
    pytest.mark.django_db,
    # Wagtail says so to developers, who may have switched branches.
    pytest.mark.filterwarnings("ignore:A specific version of the following object could not be returned"),
]


@pytest.fixture
def home() -> Page:
    root = Page.get_first_root_node()
    home = root.add_child(instance=Page(title="Home", slug="front"))
    Site.objects.all().delete()
    Site.objects.create(hostname="testserver", root_page=home, is_default_site=True)
    return Page.objects.get(pk=home.pk)


@pytest.fixture
def lost(home: Page) -> Page:
    """A page as a plugin leaves it that does not load any more: row and content type, and no model."""
    kind = ContentType.objects.create(app_label="acme_station", model="stationpage")
    page = home.add_child(instance=Page(title="Station", slug="station", content_type=kind))
    return Page.objects.get(pk=page.pk)


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(User.objects.create_superuser(username="editor", password="demo-only-1234"))
    return client


def test_readers_do_not_find_it(client: Client, lost: Page) -> None:
    assert client.get(lost.url).status_code == 404


def test_the_explorer_shows_it_among_the_others(editor: Client, home: Page, lost: Page) -> None:
    listed = editor.get(f"/admin/pages/{home.pk}/")
    below = editor.get(f"/admin/pages/{lost.pk}/")
    found = editor.get("/admin/pages/search/", {"q": "Station"})

    assert (listed.status_code, below.status_code, found.status_code) == (200, 200, 200)
    assert "Station" in listed.content.decode()


@pytest.mark.parametrize("act", ["edit", "move", "copy", "delete"])
def test_whoever_would_work_on_it_is_told_why_not(editor: Client, home: Page, lost: Page, act: str) -> None:
    answer: Any = editor.post(f"/admin/pages/{lost.pk}/{act}/", follow=True)

    assert answer.redirect_chain == [(f"/admin/pages/{home.pk}/", 302)]
    assert [one.level_tag for one in answer.context["messages"]] == ["warning"]
    assert Page.objects.filter(pk=lost.pk, path=lost.path).exists()


def test_several_at_once_are_left_alone_with_it(editor: Client, home: Page, lost: Page) -> None:
    other = home.add_child(instance=Page(title="Other", slug="other"))

    answer = editor.post(f"/admin/bulk/wagtailcore/page/delete/?id={other.pk}&id={lost.pk}")

    assert (answer.status_code, answer.url) == (302, f"/admin/pages/{home.pk}/")
    assert Page.objects.filter(pk__in=[other.pk, lost.pk]).count() == 2


def test_a_stranger_is_sent_to_sign_in_and_told_nothing(client: Client, lost: Page) -> None:
    answer = client.get(f"/admin/pages/{lost.pk}/edit/")

    assert answer.url == f"/admin/login/?next=/admin/pages/{lost.pk}/edit/"
