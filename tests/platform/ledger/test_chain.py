"""Each writer links its own records; what is rolled back leaves no gap, and nobody asks the database for the head."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import UTC

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civicnet.access.actors import SYSTEM
from civicnet.ledger.content import FIELDS, digest_of, moment
from civicnet.ledger.models import AuditRecord
from civicnet.ledger.origin import coming_from, origin
from civicnet.ledger.services import record
from civicnet.ledger.sources import stored_records
from civicnet.lifecycle.models import PluginState

Deed = Callable[..., AuditRecord]


def places() -> list[int | None]:
    return list(AuditRecord.objects.order_by("id").values_list("position", flat=True))


def write(reason: str = "") -> AuditRecord:
    return record(actor=SYSTEM, action="plugins.enable", subject=PluginState.objects.get(slug="grid"), reason=reason)


def test_records_of_one_writer_are_numbered_and_linked(deed: Deed) -> None:
    first, second = deed(1), deed(2)

    rows = list(stored_records())
    assert (first.chain, first.position, second.position) == (second.chain, 1, 2)
    assert rows[0]["digest"] == digest_of(rows[0], "")
    assert rows[1]["digest"] == digest_of(rows[1], rows[0]["digest"])


def test_the_digest_covers_every_field(deed: Deed) -> None:
    deed(1)
    (row,) = stored_records()

    for name in FIELDS:
        assert digest_of({**row, name: "another"}, "") != row["digest"], name
    covered = {field.name for field in AuditRecord._meta.concrete_fields} - {"id", "digest"}
    assert covered == set(FIELDS)


def test_numbers_and_texts_are_digested_as_the_database_gives_them_back(new_writer: None, plugins_on: None) -> None:
    facts = {
        "big": 10**30,
        "float": 1e300,
        "none": None,
        "half": 0.5,
        "whole": 2.0,
        1: (1, 2),
        "很": "\u2028'\"\\",
        "no": float("nan"),
    }

    with transaction.atomic():
        record(actor=SYSTEM, action="plugins.enable", subject=PluginState.objects.first(), after=facts)

    (row,) = stored_records()
    assert row["digest"] == digest_of(row, "")


def test_a_savepoint_that_is_rolled_back_leaves_no_gap(deed: Deed) -> None:
    deed(1)

    with transaction.atomic():
        write("kept")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            write("lost")
            write("lost too")
            _ = 1 / 0
        write("kept")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write("lost")
        _ = 1 / 0
    deed(4)

    assert places() == [1, 2, 3, 4]


def test_a_callback_that_records_continues_after_the_whole_transaction(deed: Deed) -> None:
    def react() -> None:
        with transaction.atomic():
            write("a reaction")

    with transaction.atomic():
        write("one")
        transaction.on_commit(react)
        write("two")

    assert places() == [1, 2, 3]
    assert AuditRecord.objects.get(position=3).reason == "a reaction"


def test_a_callback_that_fails_keeps_nobody_from_recording(deed: Deed) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        transaction.on_commit(lambda: 1 / 0)
        write("one")
    deed(2)

    assert places() == [1, 2]


@pytest.mark.django_db
def test_callbacks_that_a_test_runs_do_not_move_the_head(
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = write("one")
    second = write("two")

    assert second.chain == first.chain
    assert second.position == (first.position or 0) + 1


def test_a_record_costs_one_statement_and_its_change_another(deed: Deed) -> None:
    subject = PluginState.objects.get(slug="grid")
    deed(1)

    with transaction.atomic(), CaptureQueriesContext(connection) as statements:
        record(actor=SYSTEM, action="plugins.enable", subject=subject)

    assert len(statements) == 2


# Tests keep SQLite in memory, where a connection is never closed.
@pytest.mark.only_on("postgresql")
def test_a_new_connection_begins_a_new_chain(deed: Deed) -> None:
    mine = deed(1)
    connection.close()

    other = deed(1)

    assert (other.chain != mine.chain, other.position) == (True, 1)


def test_a_forked_process_begins_a_new_chain(deed: Deed, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = deed(1)
    monkeypatch.setattr(os, "getpid", lambda: -1)

    other = deed(1)

    assert (other.chain != mine.chain, other.position) == (True, 1)


def test_writers_have_chains_of_their_own(deed: Deed) -> None:
    mine = deed(1)

    def elsewhere() -> None:
        with transaction.atomic():
            write("elsewhere")
        connection.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()

    other = AuditRecord.objects.get(reason="elsewhere")
    assert other.chain != mine.chain
    assert other.position == 1


def test_the_time_is_kept_to_the_microsecond(deed: Deed) -> None:
    written = deed(1)

    read = AuditRecord.objects.get()
    assert moment(read.at) == moment(written.at.astimezone(UTC))


@pytest.mark.django_db
def test_a_record_says_from_which_door_it_came(client: Client) -> None:
    with coming_from("203.0.113.9 /admin"):
        written = write()

    assert written.origin == "203.0.113.9 /admin"
    assert origin() != "203.0.113.9 /admin"


def test_a_place_that_is_taken_costs_one_deed_and_not_all_that_follow(deed: Deed) -> None:
    first = deed(1)
    AuditRecord.objects.create(
        actor_kind="system", action="x", chain=first.chain, position=2, object_type="x", object_id="1"
    )

    with pytest.raises(IntegrityError):
        deed(2)
    third = deed(3)

    assert (third.position, third.chain != first.chain) == (1, True)
