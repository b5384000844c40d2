"""Articles appear and go at their moment: everywhere at once, and at no door before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.gateway.feed.sequencer import catch_up
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle import due_pages
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.due_pages import PagesNotSettled, settle_due_pages
from civicnet.lifecycle.models import ScheduleRun
from civicnet.lifecycle.schedules import run_if_due, schedules
from civicnet_publicity.events import ArticlePlaced, ArticlePublished
from civicnet_publicity.models import ArticlePage
from civicnet_publicity.services import placing

from .conftest import GOV, PARTY

NOON = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DOORS = """
{ publicityArticles(site: "gov.test") { nodes { title } }
  party: publicityArticles(site: "party.test") { nodes { title } }
  publicitySearch(query: "Embargo") { nodes { title } }
  changes(first: 100, types: ["PublicityArticle"]) { nodes { id node { ... on PublicityArticle { title } } } } }
"""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], int]:
    """Moves the clock to a moment, at which the worker looks; returns how many pages came or went."""

    def move(moment: datetime) -> int:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        return settle_due_pages()

    return move


def fresh(article: ArticlePage) -> ArticlePage:
    return ArticlePage.objects.get(pk=article.pk)


def approve(article: ArticlePage, **fields: Any) -> None:
    """Another version of an article, approved as it is."""
    version = fresh(article)
    for name, value in fields.items():
        setattr(version, name, value)
    version.save_revision().publish()


def doors(client: Any, graphql: Any) -> list[bool]:
    """Whether the article is told at each door, outside and over GraphQL."""
    catch_up(seconds=10)
    paths = ("/news/early/", "/news/", "/", "/feeds/news/atom.xml")
    pages = [client.get(path, headers={"host": host}) for host in (GOV, PARTY) for path in paths]
    pages += [client.get(path, headers={"host": GOV}) for path in ("/search/?q=Embargo", "/sitemap-pages.xml")]
    answer = graphql(DOORS, host=GOV)
    assert "errors" not in answer, answer
    told = [one.status_code == 200 and b"/news/early/" in one.content for one in pages]
    return told + ["Embargo today" in str(one) for one in answer["data"].values()]


def test_an_approved_article_is_at_no_door_before_its_moment_and_then_at_all_at_once(
    write, clock, client, graphql, monkeypatch
) -> None:
    told = []
    monkeypatch.setattr(placing, "announce", told.append)
    article = write("gov/news", "early", title="Embargo today", also_in=("party/news",), go_live_at=NOON)

    assert clock(NOON - MINUTE) == 0
    before = doors(client, graphql)

    assert not any(before)
    assert (told, article.placements.count(), fresh(article).first_published_at) == ([], 0, None)
    assert AuditRecord.objects.filter(action="publicity.schedule_article").count() == 1

    assert clock(NOON) == 1
    assert all(doors(client, graphql))
    assert [type(one) for one in told] == [ArticlePlaced, ArticlePublished]
    assert fresh(article).first_published_at == NOON


def test_one_that_fails_stops_none_after_it_and_is_tried_again(write, clock, monkeypatch) -> None:
    bad, good = (write("gov/news", name, go_live_at=NOON + MINUTE * (name == "good")) for name in ("bad", "good"))
    follow = placing.follow_publication

    def fails(*, article: ArticlePage, actor: Any) -> None:
        if article.pk == bad.pk:
            raise RuntimeError("a receiver's own fault")
        follow(article=article, actor=actor)

    monkeypatch.setattr("civicnet_publicity.receivers.follow_publication", fails)
    with pytest.raises(PagesNotSettled, match=f"Page {bad.pk}: RuntimeError"):
        clock(NOON + HOUR)
    assert [fresh(one).live for one in (bad, good)] == [False, True]
    assert bad.get_latest_revision().approved_go_live_at == NOON

    monkeypatch.setattr("civicnet_publicity.receivers.follow_publication", follow)
    assert clock(NOON + HOUR) == 1
    assert fresh(bad).live


def test_what_two_workers_have_on_their_list_is_done_once(write, clock, monkeypatch) -> None:
    write("gov/news", "one", go_live_at=NOON)
    ends = write("gov/news", "two", expire_at=NOON)
    listed = list(due_pages._due(NOON))

    assert (len(listed), clock(NOON)) == (2, 2)
    monkeypatch.setattr(due_pages, "_due", lambda now: listed)

    assert clock(NOON + MINUTE) == 0
    kinds = AuditRecord.objects.filter(object_id=str(ends.pk)).values_list("action", flat=True)
    assert list(kinds.order_by("pk")) == ["publicity.publish_article", "publicity.unpublish_article"]


def test_an_article_whose_time_passed_while_nothing_ran_does_not_appear(write, clock) -> None:
    article = write("gov/news", "one", also_in=("party/news",), go_live_at=NOON, expire_at=NOON + HOUR)

    assert clock(NOON + HOUR) == 0
    assert clock(NOON + HOUR) == 0

    missed = fresh(article)
    assert (missed.live, missed.expired, missed.first_published_at) == (False, True, None)
    assert missed.placements.count() == 0


@pytest.mark.parametrize(
    ("version", "looks", "expected"),
    [
        pytest.param({"go_live_at": NOON - MINUTE, "expire_at": NOON + HOUR}, [NOON], True, id="prolonged in time"),
        pytest.param({"go_live_at": NOON + HOUR, "expire_at": None}, [NOON], False, id="gone before the next version"),
        pytest.param({"go_live_at": NOON + HOUR, "expire_at": None}, [NOON, NOON + HOUR], True, id="and back with it"),
        pytest.param({"go_live_at": NOON + HOUR, "expire_at": None}, [NOON + 2 * HOUR], True, id="both made up for"),
        pytest.param({"go_live_at": NOON, "expire_at": NOON}, [NOON], False, id="replaced by what ends"),
    ],
)
def test_what_nobody_was_there_for_is_made_up_in_the_order_of_the_clock(write, clock, version, looks, expected) -> None:
    article = write("gov/news", "one", expire_at=NOON)
    approve(article, **version)

    for moment in looks:
        clock(moment)

    assert fresh(article).live is expected


def test_while_its_plugin_is_off_an_article_does_not_get_a_date_but_goes_at_its_end(write, clock) -> None:
    comes, ends = write("gov/news", "one", go_live_at=NOON), write("gov/news", "two", expire_at=NOON)
    disable_plugin(slug="publicity", actor=SYSTEM, reason="test")
    clock(NOON)

    assert [fresh(one).live for one in (comes, ends)] == [False, False]

    enable_plugin(slug="publicity", actor=SYSTEM, reason="test")
    clock(NOON + HOUR)
    assert fresh(comes).first_published_at == NOON + HOUR


def test_the_worker_looks_every_time_it_is_asked_and_keeps_which_page_failed(write, clock, monkeypatch) -> None:
    write("gov/news", "one", go_live_at=NOON)
    monkeypatch.setattr(due_pages, "_settle", lambda one: 1 / 0)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    schedule, plugin = schedules()["pages.settle_due"]

    assert run_if_due(schedule, plugin, now=NOON)
    assert run_if_due(schedule, plugin, now=NOON + timedelta(seconds=15))

    assert "ZeroDivisionError" in ScheduleRun.objects.get(name="pages.settle_due").error
