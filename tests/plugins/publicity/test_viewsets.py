"""The office's screens: articles with their places, and the board of columns."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civicnet.access.actors import SYSTEM
from civicnet.access.models import User
from civicnet.lifecycle.activation import disable_plugin

LIST, BOARD = "/admin/publicity/articles/", "/admin/publicity/board/"


@pytest.fixture
def desk(office):
    """The editor's browser."""
    browser = Client()
    browser.force_login(office.editor)
    return browser


def test_the_list_shows_articles_with_their_places_and_leads_to_the_editor(desk, write):
    article = write("gov/news", "one", also_in=("party/news",))
    write("party/news", "foreign")

    text = desk.get(LIST).text

    assert f"/admin/pages/{article.pk}/edit/" in text
    assert 'href="http://party.test/news/one/"' in text
    assert "Title of foreign" not in text


def test_a_longer_list_reads_our_tables_no_more_often(desk, write):
    def count():
        desk.get(LIST)
        with CaptureQueriesContext(connection) as caught:
            desk.get(LIST)
        # Wagtail itself asks twice for each row which buttons it may show.
        return sum("civicnet_publicity" in one["sql"] for one in caught)

    write("gov/news", "a", also_in=("party/news",))
    few = count()
    for number in range(5):
        write("gov/news", f"b{number}", also_in=("party/news",))

    assert count() == few


def test_the_board_shows_what_a_person_may_open(desk, write):
    write("gov/news", "one")

    text = desk.get(BOARD).text

    assert "Documents" in text
    assert "Experience" not in text


@pytest.mark.parametrize("address", [LIST, BOARD])
def test_who_does_not_work_with_pages_is_turned_away(address, staff):
    browser = Client()
    browser.force_login(staff(["wagtailadmin.access_admin"]))

    assert browser.get(address).status_code == 302


@pytest.mark.parametrize("address", [LIST, BOARD])
def test_the_screens_and_their_menu_are_gone_while_publicity_is_off(desk, address):
    assert "publicity" in desk.get("/admin/").text

    disable_plugin(slug="publicity", actor=SYSTEM, reason="test")

    assert desk.get(address).status_code == 404
    assert LIST not in desk.get("/admin/").text
    assert User.objects.filter(username="editor").exists()
