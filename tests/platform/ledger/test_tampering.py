"""Two hundred tamperings, two hundred found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from civicnet.access.actors import SYSTEM
from civicnet.ledger import testimony
from civicnet.ledger import verify_database as database
from civicnet.ledger.findings import Report
from civicnet.ledger.models import AuditRecord
from civicnet.ledger.seals import seal
from civicnet.ledger.sources import stored_records, stored_seals
from civicnet.ledger.verify import verify
from civicnet.testing.ledger import ledger_open

from .tampering import WAYS, Ledger

Deed = Callable[..., AuditRecord]
SEED, TAMPERINGS = 20261123, 200


@pytest.fixture
def grown(deed: Deed, new_writer: Callable[[], None]) -> None:
    """Four writers, of whom the last is not sealed, and three seals."""
    for writer in range(4):
        for number in range(3 + writer):
            deed(number)
            if number == 1 and writer < 3:
                seal(actor=SYSTEM)
        new_writer()


@pytest.fixture(autouse=True)
def no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else is written here meanwhile."""
    monkeypatch.setattr(database, "SECOND_LOOK", 0)


def judge(ledger: Ledger, folder: Path) -> Report:
    said = testimony.Testimony(folder, keys=database.known_keys())
    return verify(seals=ledger.seals, records=ledger.records, testimony=said)


def test_what_nobody_touched_is_sound(grown: None, checkpoints: Path) -> None:
    report = database.verify_database()

    assert (report.found, report.records, report.chains, report.seals) == (0, 18, 4, 3)
    assert report.witness and report.keys


def test_200_tamperings_are_found(grown: None, checkpoints: Path) -> None:
    seals, records = list(stored_seals()), list(stored_records())
    assert judge(Ledger(seals, records), checkpoints).is_sound
    missed = []

    for number in range(TAMPERINGS):
        ledger, random, way = Ledger(seals, records), Random(SEED + number), WAYS[number % len(WAYS)]
        way(ledger, random)
        if (ledger.seals, ledger.records) == (seals, records) or judge(ledger, checkpoints).is_sound:
            missed.append((number, way.__name__))

    assert missed == []


def test_only_the_witness_sees_cut_ends_and_full_rewrites(grown: None) -> None:
    """So that nobody takes the witness for an ornament."""
    seals, records = list(stored_seals()), list(stored_records())
    unseen = set()

    for number in range(TAMPERINGS):
        ledger, way = Ledger(seals, records), WAYS[number % len(WAYS)]
        way(ledger, Random(SEED + number))
        if verify(seals=ledger.seals, records=ledger.records, testimony=None).is_sound:
            unseen.add(way.__name__)

    assert unseen >= {"cut_tail_and_seals", "remove_chain", "rewrite", "rewrite_shorter"}
    assert not unseen & {"edit", "swap_contents", "swap_ids", "remove_and_close_up", "insert_unchained", "edit_seal"}


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE civicnet_ledger_auditrecord SET reason = 'x' WHERE position = 2", "altered"),
        ("DELETE FROM civicnet_ledger_auditrecord WHERE position = 2", "missing"),
        ("DELETE FROM civicnet_ledger_auditrecord WHERE position = 3", "cut"),
        ("UPDATE civicnet_ledger_auditrecord SET chain = '', position = NULL WHERE position = 3", "inserted"),
        ("DELETE FROM civicnet_ledger_auditrecord", "chain_missing"),
        ("UPDATE civicnet_ledger_auditseal SET records = 9", "seal_altered"),
        ("DELETE FROM civicnet_ledger_auditseal", "seal_missing"),
    ],
)
def test_somebody_who_got_past_the_triggers_is_found(
    deed: Deed, sql: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        deed(number)
    seal(actor=SYSTEM)

    with ledger_open(connection), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert code in {one.code for one in database.verify_database().findings}
    with pytest.raises(SystemExit) as ended:
        call_command("audit", "verify")
    assert ended.value.code == 1
    assert code in capsys.readouterr().out


@pytest.mark.parametrize("file", ["chains/*/*.jsonl", "seals.jsonl"])
@pytest.mark.parametrize("way", ["digest", "cut", "forge", "remove", "first"])
def test_an_altered_witness_is_found(deed: Deed, checkpoints: Path, file: str, way: str) -> None:
    for number in range(3):
        deed(number)
        seal(actor=SYSTEM)
    (path,) = checkpoints.glob(file)
    lines = path.read_text().splitlines(keepends=True)

    match way:
        case "digest":
            lines[1] = lines[1].replace('"digest":"', '"digest":"00')
        case "cut":
            lines.pop()
        case "forge":
            lines.append(lines[-1].replace('"position":3', '"position":4').replace('"seal":3', '"seal":4'))
        case "first":
            lines.pop(0)
    path.write_text("".join(lines))
    if way == "remove":
        path.unlink()

    assert not database.verify_database().is_sound


def test_a_line_under_a_key_that_is_not_in_the_ring_is_found(deed: Deed, checkpoints: Path, settings: object) -> None:
    deed(1)
    settings.CIVICNET_AUDIT_KEYS = ["new:" + "11" * 32]  # type: ignore[attr-defined]

    assert "checkpoint_altered" in {one.code for one in database.verify_database().findings}


def test_a_new_key_in_front_keeps_the_old_lines_good(deed: Deed, checkpoints: Path, settings: object) -> None:
    deed(1)
    settings.CIVICNET_AUDIT_KEYS = ["new:" + "11" * 32, *settings.CIVICNET_AUDIT_KEYS]  # type: ignore[attr-defined]
    deed(2)

    assert database.verify_database().is_sound
