"""Public pages are sent again from what is kept, counted each time, and never after a commit that changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.documents import get_document_model

from civicnet.access.actors import SYSTEM
from civicnet.gateway.cache.page_front import PageFront
from civicnet.gateway.cache.store import store
from civicnet.lifecycle.activation import disable_plugin
from civicnet.lifecycle.tally import write_all_tallies
from civicnet.testing.serving import Served, keeping_answers, serve
from civicnet_publicity.models import ArticlePage, ArticleViews
from civicnet_publicity.services import viewing

from .conftest import GOV, PARTY

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"
# A page that was made anew, whatever stands on it; what a process keeps of sites and pictures is there.
MOST_STATEMENTS = 12
PAGES = ("/", "/news/", "/news/own/", "/news/placed/", "/search/?q=Title")


@pytest.fixture
def read(sites: Any) -> Iterator[Callable[..., Served]]:
    """A reader's request through the front, as granian would hand it over."""
    server = PageFront(WSGIHandler(), choices=["civicnet_language", "civicnet_senior"], elsewhere=["/admin/"])
    viewing._views._counted.clear()

    def get(path: str, *, host: str = GOV, agent: str = BROWSER, **headers: str) -> Served:
        path, _mark, query = path.partition("?")
        given = {"host": host, "user_agent": agent, "accept": "text/html"} | headers
        return serve(b"", headers=given, path=path, query=query, server=server)

    with keeping_answers():
        yield get


def test_a_page_is_sent_again_by_one_statement_and_counted_by_article_and_site(read, write) -> None:
    write("gov/news", "one", also_in=("party/news",))

    first, again = read("/news/one/"), read("/news/one/")
    assert (first.status, again.status, again.statements) == (200, 200, 1)
    assert (again.body, again.headers) == (first.body, first.headers)
    assert again.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert {"Cookie", "Accept"} <= set(again.headers["Vary"].split(", "))
    assert read("/news/one/", if_none_match=first.headers["ETag"]).status == 304
    read("/news/one/", agent="curl/8.5.0")
    for _time in range(2):
        assert b"Title of one" in read("/news/one/", host=PARTY).body
    write_all_tallies()

    counted = ArticleViews.objects.order_by("site__hostname").values_list("site__hostname", "views")
    assert list(counted) == [(GOV, 3), (PARTY, 2)]
    for path in ("/", "/news/"):
        assert (read(path).status, read(path).statements) == (200, 1)


def test_only_whoever_looks_alike_is_sent_the_same_page(read, write) -> None:
    write("gov/news", "one")
    plain = read("/news/one/")

    for choice in ("civicnet_senior=1", "civicnet_language=en"):
        # Not a blank in UTF-8: nobody chooses anything by it, whatever it looks like in Latin-1.
        assert read("/news/one/", cookie=f"{choice}\xa0").body == plain.body
        chosen, again = read("/news/one/", cookie=choice), read("/news/one/", cookie=choice)
        assert chosen.body == again.body != plain.body
        assert again.statements == 1
    # A token for forms changes nothing of a page that is kept, and nothing is kept of whoever has one.
    assert read("/news/one/", cookie="csrftoken=x").statements == 1
    assert read("/news/", cookie="csrftoken=x").statements > 1
    assert read("/news/").statements > 1
    for how in ({"cookie": "sessionid=x"}, {"cookie": "other=1"}, {"authorization": "Bearer x"}):
        assert read("/news/one/", **how).statements > 1
    private = read("/news/one/", cookie="sessionid=x").headers["Cache-Control"]
    assert private == "private, max-age=0, must-revalidate"
    assert (read("/nowhere/").status, read("/nowhere/").statements > 1) == (404, True)


def test_what_is_withdrawn_corrected_or_switched_off_is_gone_from_every_kept_page(read, write) -> None:
    article = write("gov/news", "one", also_in=("party/news",))
    where = [(GOV, "/"), (GOV, "/news/"), (GOV, "/news/one/"), (PARTY, "/news/"), (PARTY, "/news/one/")]
    for host, path in where:
        read(path, host=host)
        assert read(path, host=host).statements == 1

    ArticlePage.objects.get(pk=article.pk).unpublish()

    for host, path in where:
        found = read(path, host=host)
        assert (b"Title of one" in found.body, found.status) == (False, 404 if "one" in path else 200), (host, path)
    assert read("/").statements == 1
    # Nor does it lie about in memory.
    assert len(store) == 3
    disable_plugin(slug="publicity", actor=SYSTEM, reason="test")
    assert read("/").status == 404


@pytest.mark.only_on("sqlite")
def test_no_search_is_kept_where_a_server_finds(read, settings) -> None:
    read("/search/")
    assert read("/search/").statements == 1

    settings.WAGTAILSEARCH_BACKENDS = {"default": settings.WAGTAILSEARCH_BACKENDS["default"] | {"URLS": []}}
    read("/search/?q=")
    assert read("/search/?q=").statements > 1


@pytest.mark.only_on("sqlite")
def test_what_is_no_page_says_itself_that_it_has_not_changed(read, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = get_document_model().objects.create(title="form", file=ContentFile(b"words", "form.txt"), file_hash="abc")

    first = read(file.url)

    assert (first.status, first.body, first.headers["ETag"]) == (200, b"words", '"abc"')
    assert read(file.url, if_none_match='"abc"').status == 304


def test_a_page_with_a_part_that_could_not_be_shown_is_not_kept(read, write, monkeypatch) -> None:
    write("gov/news", "one")

    def fail(slot: str) -> list[Any]:
        raise RuntimeError

    monkeypatch.setattr("civicnet_hotline.panels.panels_in", fail)
    assert "slot-notice" in read("/").body.decode()
    monkeypatch.undo()
    assert "slot-notice" not in read("/").body.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_is_made_anew_takes_a_dozen_statements_at_most(client, write, picture, path) -> None:
    write("gov/news", "own", image=picture)
    write("party/news", "placed", also_in=("gov/news",), image=picture)
    client.get(path, headers={"host": GOV})

    with CaptureQueriesContext(connection) as caught:
        answer = client.get(path, headers={"host": GOV})

    assert answer.status_code == 200
    # Savepoints are the test's, in whose transaction each hook gets one.
    asked = [one["sql"] for one in caught if "SAVEPOINT" not in one["sql"]]
    assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)
