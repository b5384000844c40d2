"""Numbering: unique and without gaps, also when many ask at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.utils import timezone

from civicnet.contract import CivicNetError
from civicnet_hotline.models import Case, Source
from civicnet_hotline.services import Place

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 24


def at_once(work, count):
    """Run ``work(0..count-1)`` in threads, as far as the database lets several in; SQLite in memory has one door only."""
    several = 8 if connection.features.test_db_allows_multiple_connections else 0

    def closing(number):
        try:
            return work(number)
        finally:
            connections.close_all()

    if not several:
        return [work(number) for number in range(count)]
    with ThreadPoolExecutor(several) as pool:
        return list(pool.map(closing, range(count)))


def test_numbers_are_unique_and_without_gaps_when_many_ask_at_once(transactional_db, submit):
    numbers = at_once(lambda number: submit(f"第{number}件").number, MANY)

    today = f"{timezone.localdate():%Y%m%d}"
    assert sorted(numbers) == [f"{today}-{number:06d}" for number in range(1, MANY + 1)]


def test_one_request_sent_many_times_at_once_is_one_case(transactional_db, submit, portal):
    sender = portal()

    numbers = at_once(lambda number: submit(actor=sender.actor, source=Source.OPEN311).number, 8)

    assert len(set(numbers)) == 1
    assert Case.objects.count() == 1


def test_a_refused_request_uses_up_no_number(transactional_db, submit):
    first = submit()
    with pytest.raises(CivicNetError):
        submit(place=Place())

    second = submit()

    assert int(second.number[-6:]) == int(first.number[-6:]) + 1
