"""Feeds: what a reader's program gets of a site and of its columns, as RSS and as Atom, and that it gets nothing more."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from civicnet.access.actors import SYSTEM
from civicnet.lifecycle.activation import disable_plugin

from .conftest import GOV, PARTY

ATOM = "{http://www.w3.org/2005/Atom}"


def ask(client, path, host=GOV):
    return client.get(path, headers={"host": host})


def rss(client, path, host=GOV):
    """The items of a feed, each as its fields."""
    channel = ElementTree.fromstring(ask(client, path, host).content)[0]
    return [{field.tag: field.text for field in item} for item in channel.iter("item")]


def test_a_column_is_told_newest_first_with_what_is_placed_in_it(client, write):
    write("gov/news", "own", summary="In short")
    placed = write("party/news", "placed", also_in=("gov/news",))
    write("gov/notices", "elsewhere")

    newest, oldest = rss(client, "/feeds/news/rss.xml")

    assert newest == {
        "title": "Title of placed",
        "link": f"http://{GOV}/news/placed/",
        "description": None,
        "pubDate": timezone.localtime(placed.first_published_at).strftime("%a, %d %b %Y %H:%M:%S +0800"),
        "guid": f"urn:civicnet:article:{placed.pk}",
        "category": "News",
    }
    assert (oldest["title"], oldest["description"]) == ("Title of own", "In short")
    assert [one["title"] for one in rss(client, "/feeds/rss.xml")] == [
        "Title of elsewhere",
        newest["title"],
        "Title of own",
    ]
    # The same article has the same id wherever it is read.
    assert rss(client, "/feeds/news/rss.xml", PARTY)[0]["guid"] == newest["guid"]


def test_atom_says_the_same_with_the_time_of_the_last_correction(client, write):
    article = write("gov/news", "one", title="Signs \x0b that no feed may hold & <tags>")
    article.save_revision().publish()
    article.refresh_from_db()

    feed = ElementTree.fromstring(ask(client, "/feeds/news/atom.xml").content)
    (entry,) = feed.iter(f"{ATOM}entry")

    assert feed.find(f"{ATOM}title").text == "News · gov site"
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == f"http://{GOV}/feeds/news/atom.xml"
    assert entry.find(f"{ATOM}title").text == "Signs  that no feed may hold & <tags>"
    assert entry.find(f"{ATOM}updated").text == timezone.localtime(article.last_published_at).isoformat(
        timespec="seconds"
    )


def test_what_readers_do_not_see_no_feed_tells(client, write, sites):
    write("gov/news", "draft", publish=False)
    write("gov/news", "withdrawn").unpublish()
    PageViewRestriction.objects.create(page=write("gov/news", "private"), restriction_type="login")
    write("gov/notices", "of a closed column".replace(" ", "-"))
    PageViewRestriction.objects.create(page=sites["gov/notices"], restriction_type="login")

    assert rss(client, "/feeds/news/rss.xml") == rss(client, "/feeds/rss.xml") == []
    assert ask(client, "/feeds/notices/rss.xml").status_code == 404
    assert ask(client, "/feeds/nothing/atom.xml").status_code == 404


def test_a_feed_takes_the_same_statements_however_much_it_tells(client, write):
    write("gov/news", "own")
    write("party/news", "placed", also_in=("gov/news",))
    taken = []
    for more in range(2):
        ask(client, "/feeds/rss.xml")
        with CaptureQueriesContext(connection) as caught:
            ask(client, "/feeds/rss.xml")
        taken.append(len(caught))
        for number in range(4 * (1 - more)):
            write("gov/notices", f"own{number}")
            write("party/news", f"placed{number}", also_in=("gov/news",))

    assert taken[0] == taken[1]


def test_pages_lead_to_their_feeds_and_while_the_plugin_is_off_there_are_none(client, write):
    write("gov/news", "one")

    assert 'type="application/rss+xml" title="RSS" href="/feeds/rss.xml"' in ask(client, "/").text
    assert 'href="/feeds/news/atom.xml"' in ask(client, "/news/").text
    assert ask(client, "/feeds/rss.xml").status_code == 200
    disable_plugin(slug="publicity", actor=SYSTEM, reason="test")
    assert ask(client, "/feeds/rss.xml").status_code == ask(client, "/feeds/news/rss.xml").status_code == 404


@pytest.mark.only_on("sqlite")
def test_a_feed_is_only_read(client, write):
    assert client.post("/feeds/rss.xml", headers={"host": GOV}).status_code == 405
