"""Seals tie the committed ends of all chains together, one sealer at a time."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from civicnet.access.actors import SYSTEM
from civicnet.ledger.models import AppendOnlyError, AuditRecord, AuditSeal
from civicnet.ledger.seals import seal
from civicnet.ledger.verify_database import verify_database

Deed = Callable[..., AuditRecord]

# One process has the whole of SQLite in memory.
postgresql = pytest.mark.only_on("postgresql")


def test_a_seal_holds_what_has_grown_and_counts_everything(deed: Deed, new_writer: Callable[[], None]) -> None:
    mine = deed(1)
    first = seal(actor=SYSTEM)
    new_writer()
    deed(1)
    other = deed(2)

    second = seal(actor=SYSTEM)

    assert first is not None and second is not None
    assert (first.number, first.records, first.heads) == (1, 1, {mine.chain: [1, mine.digest]})
    assert (second.number, second.records, second.heads) == (2, 3, {other.chain: [2, other.digest]})
    assert second.previous == first.digest


def test_nothing_new_makes_no_seal(deed: Deed) -> None:
    assert seal(actor=SYSTEM) is None
    deed(1)
    seal(actor=SYSTEM)

    assert seal(actor=SYSTEM) is None
    assert AuditSeal.objects.count() == 1


def test_what_is_not_committed_is_not_sealed(deed: Deed) -> None:
    with transaction.atomic():
        deed(1)
        with pytest.raises(RuntimeError):
            seal(actor=SYSTEM)

    assert AuditSeal.objects.count() == 0


def test_a_seal_is_witnessed(deed: Deed, checkpoints: Path) -> None:
    deed(1)
    made = seal(actor=SYSTEM)

    (line,) = map(json.loads, (checkpoints / "seals.jsonl").read_text().splitlines())
    assert made is not None
    assert (line["seal"], line["records"], line["digest"], line["key"]) == (1, 1, made.digest, "test")


def test_a_seal_is_neither_changed_nor_deleted(deed: Deed) -> None:
    deed(1)
    made = seal(actor=SYSTEM)
    assert made is not None

    with pytest.raises(AppendOnlyError):
        made.save()
    with pytest.raises(AppendOnlyError):
        made.delete()

    assert AuditSeal.objects.count() == 1


@postgresql
def test_two_sealers_at_once_make_one_row_of_seals(deed: Deed, checkpoints: Path) -> None:
    def work() -> None:
        for number in range(10):
            deed(number)
            seal(actor=SYSTEM)
        connection.close()

    threads = [threading.Thread(target=work) for _one in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    numbers = list(AuditSeal.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    report = verify_database()
    assert (report.found, report.records, report.chains) == (0, 40, 4)
