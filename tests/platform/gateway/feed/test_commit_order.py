"""Transactions commit in another order than they wrote in, writers come while the feed is read: nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from civicnet.access.actors import SYSTEM
from civicnet.gateway.feed import sequencer
from civicnet.gateway.feed.models import FeedEntry, FeedMark
from civicnet_hotline.models import Category, Group
from civicnet_hotline.services import open_category

pytestmark = pytest.mark.django_db(transaction=True)
CATEGORIES = ["HotlineCategory"]


def category(code: str) -> Category:
    return open_category(actor=SYSTEM, code=code, name=code, group=Group.HELP)


@contextmanager
def elsewhere(work: Callable[[], object]) -> Iterator[threading.Event]:
    """Do work in a transaction of another connection, which commits at the end of the block or when the event is set."""
    written, commit = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                work()
                written.set()
                commit.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert written.wait(20)
        yield commit
    finally:
        commit.set()
        thread.join()


@pytest.mark.only_on("postgresql")
def test_what_was_written_first_and_commits_last_is_told_after_what_a_copy_has_read_already(copy) -> None:
    portal = copy(types=CATEGORIES)
    with elsewhere(lambda: category("early")):
        category("late")
        assert portal.follow() == ["+late"]
        assert portal.follow() == []

    assert portal.follow() == ["+early"]
    assert [one.object_id for one in FeedEntry.objects.all()] == [
        Category.objects.get(code=code).pk for code in ("late", "early")
    ]


@pytest.mark.only_on("postgresql")
def test_a_node_that_another_transaction_changes_meanwhile_is_told_again(copy) -> None:
    lamps = category("lamps")
    portal = copy(types=CATEGORIES)
    portal.follow()
    category("roads")
    with elsewhere(lambda: Category.objects.filter(pk=lamps.pk).update(name="街灯")):
        assert portal.follow() == ["+roads"]
        assert portal.rows["lamps"] == "lamps"

    assert portal.follow() == ["+lamps"]
    assert portal.rows["lamps"] == "街灯"


@pytest.mark.only_on("postgresql")
def test_a_reader_does_not_wait_long_for_another_that_brings_the_feed_forward(copy) -> None:
    portal = copy(types=CATEGORIES)
    with elsewhere(lambda: sequencer.held_state(0)):
        category("lamps")
        assert sequencer.catch_up(seconds=1, patience=0.1) is False
        assert FeedMark.objects.exists()

    assert portal.follow() == ["+lamps"]


def test_what_is_rolled_back_is_not_told(copy) -> None:
    portal = copy(types=CATEGORIES)
    with pytest.raises(RuntimeError), transaction.atomic():
        category("lamps")
        raise RuntimeError

    assert not FeedMark.objects.filter(type="HotlineCategory").exists()
    assert portal.follow() == []


# The tests' database lies in memory on SQLite, where connections lock tables of each other.
@pytest.mark.only_on("postgresql")
def test_places_are_given_away_without_a_gap_by_many_at_once(copy) -> None:
    copy()
    before = sequencer.state_now().last
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for n in range(5):
                category(f"kind-{number}-{n}")
                sequencer.catch_up(seconds=1, patience=5)
        except BaseException as failure:  # noqa: BLE001
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    sequencer.catch_up(seconds=10)

    assert failures == []
    places = list(FeedEntry.objects.filter(sequence__gt=before).values_list("sequence", flat=True))
    assert places == list(range(before + 1, before + 21))
