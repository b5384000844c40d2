"""When a key was last used, and what was refused: noted once a minute, by several processes, and never in the way."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.callers import caller
from civicnet.access.clients import create_client
from civicnet.access.keys import KeyRefused
from civicnet.access.models import ApiClient, ApiKey, ClientRefusal, Organisation, RefusalCause
from civicnet.access.refusals import TooManyRefusals, count_refusal, note_use
from civicnet.access.rotation import live_keys, rotate_key
from civicnet.contract import Conflict

WEEK = timedelta(days=7)


@pytest.fixture
def made(city: dict[str, Organisation]) -> tuple[ApiClient, str]:
    cache.clear()
    return create_client(name="门户", organisation=city["222403"], scopes=["grid.read"], actor=SYSTEM)


def call(key: str, address: str = "192.0.2.7") -> None:
    caller(RequestFactory().get("/", REMOTE_ADDR=address), key)


def test_the_last_use_is_kept_and_the_next_calls_within_the_minute_write_nothing(made) -> None:
    _client, key = made
    call(key)
    first = ApiKey.objects.get().last_used_at

    with CaptureQueriesContext(connection) as asked:
        for _i in range(5):
            call(key)

    assert first is not None
    assert not [one for one in asked if not one["sql"].startswith("SELECT")]
    assert ApiKey.objects.get().last_used_at == first
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    call(key)
    assert ApiKey.objects.get().last_used_at >= first


def test_a_refused_key_is_not_used(made) -> None:
    _client, key = made
    ApiClient.objects.update(networks=["198.51.100.0/24"])

    with pytest.raises(KeyRefused):
        call(key)

    assert ApiKey.objects.get().last_used_at is None


def test_refusals_are_counted_by_cause_and_written_once_a_minute(made) -> None:
    client, key = made
    ApiClient.objects.update(networks=["198.51.100.0/24"])
    for _i in range(3):
        with pytest.raises(KeyRefused):
            call(key)
    row = ClientRefusal.objects.get()
    assert (row.client, row.cause, row.count, row.last_address) == (client, RefusalCause.ADDRESS, 1, "192.0.2.7")

    # A minute later, what was gathered meanwhile comes with the next one.
    ClientRefusal.objects.update(last_at=row.last_at - timedelta(minutes=2))
    cache.delete(f"civicnet.refusal_written.{client.pk}.{RefusalCause.ADDRESS}")
    with pytest.raises(KeyRefused):
        call(key, "192.0.2.8")

    row.refresh_from_db()
    assert (row.count, row.last_address) == (4, "192.0.2.8")


def test_another_process_that_wrote_within_the_minute_is_not_written_over(made) -> None:
    client, _key = made
    now = timezone.now()
    ClientRefusal.objects.create(client=client, cause=RefusalCause.SITE, count=7, last_at=now, last_address="::1")

    count_refusal(client, RefusalCause.SITE, address="192.0.2.7", now=now)

    assert ClientRefusal.objects.get().count == 7


def test_what_belongs_to_nobody_is_counted_for_nobody(made) -> None:
    _client, key = made
    ApiKey.objects.update(digest="0" * 64)

    for shown in ("letmein", key):
        with pytest.raises(KeyRefused):
            call(shown)

    assert not ClientRefusal.objects.exists()


def test_whoever_goes_on_trying_is_told_to_wait_and_a_valid_key_is_not(made, settings) -> None:
    settings.CIVICNET_REFUSALS_PER_MINUTE = 2
    _client, key = made
    told = []
    for _i in range(3):
        with pytest.raises((KeyRefused, TooManyRefusals)) as refusal:
            call("letmein")
        told.append(refusal.value.status)

    assert told == [401, 401, 429]
    call(key)
    with pytest.raises(KeyRefused):
        call("letmein", "192.0.2.99")


@pytest.fixture
def many_connections(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that locks as in production: SQLite's test database lives in memory, and knows no waiting."""
    if connection.vendor != "sqlite":
        yield
        return
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        connection.connection.backup(copy)
    kept, kept_name = connections["default"], connections.settings["default"]["NAME"]
    elsewhere = connections.settings["default"] = {**kept.settings_dict, "NAME": str(tmp_path / "copy.sqlite3")}
    connections["default"] = type(kept)(elsewhere, "default")
    yield
    connections["default"].close()
    connections["default"] = kept
    connections.settings["default"] = kept.settings_dict
    assert kept.settings_dict["NAME"] == kept_name


@contextmanager
def somebody_writes() -> Iterator[None]:
    """Another connection holds what a writer of this database holds, until the block ends."""
    ready, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            ApiKey.objects.update(revoke_reason="")
            ready.set()
            done.wait(20)
        connections.close_all()

    writer = threading.Thread(target=hold)
    writer.start()
    assert ready.wait(20)
    try:
        yield
    finally:
        done.set()
        writer.join()


@pytest.mark.django_db(transaction=True)
def test_a_call_does_not_wait_for_whoever_writes(many_connections, made) -> None:
    _client, key = made

    with somebody_writes():
        began = time.monotonic()
        call(key)
        took = time.monotonic() - began

    assert took < 2
    assert ApiKey.objects.get().last_used_at is None
    call(key)
    assert ApiKey.objects.get().last_used_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_refused_call_does_not_wait_either_and_is_counted_later(many_connections, made) -> None:
    client, key = made
    ApiClient.objects.update(networks=["198.51.100.0/24"])

    with somebody_writes():
        began = time.monotonic()
        with pytest.raises(KeyRefused):
            call(key)
        took = time.monotonic() - began

    assert took < 2
    count_refusal(client, RefusalCause.ADDRESS, address="")
    cache.delete(f"civicnet.refusal_written.{client.pk}.{RefusalCause.ADDRESS}")
    ClientRefusal.objects.update(last_at=timezone.now() - WEEK)
    count_refusal(client, RefusalCause.ADDRESS, address="")
    assert ClientRefusal.objects.get().count >= 2


@pytest.mark.django_db(transaction=True)
def test_of_many_calls_at_once_one_notes_the_use(many_connections, made) -> None:
    _client, key = made
    before = ApiKey.objects.select_related("client").get()
    written: list[int] = []

    def use(number: int) -> None:
        with CaptureQueriesContext(connection) as asked:
            call(key)
        changed = [one for one in asked if one["sql"].startswith("UPDATE")]
        written.append(len(changed))
        connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        [*pool.map(use, range(16))]

    after = ApiKey.objects.get().last_used_at
    assert len(written) == 16
    assert after is not None
    # Whoever read the row before the first one wrote may ask, and changes nothing.
    note_use(before, now=after + timedelta(seconds=30))
    assert ApiKey.objects.get().last_used_at == after


@pytest.mark.django_db(transaction=True)
def test_of_two_rotations_at_once_one_wins(many_connections, made) -> None:
    client, old = made

    def rotate(number: int) -> str:
        try:
            return rotate_key(client=client, overlap=WEEK, actor=SYSTEM, reason=f"run {number}")
        except Conflict:
            return ""
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        keys = [key for key in pool.map(rotate, range(4)) if key]

    assert len(keys) == 1
    assert live_keys(client).count() == 2
    call(keys[0])
    call(old)


# Only SQLite has one writer at a time.
@pytest.mark.only_on("sqlite")
def test_sqlite_waits_again_afterwards(made) -> None:
    _client, key = made

    def waits() -> int:
        with connection.cursor() as cursor:
            return int(cursor.execute("PRAGMA busy_timeout").fetchone()[0])

    before = waits()
    call(key)

    assert waits() == before >= 5000
