"""A process that dies between a commit and its line leaves a record that somebody has to vouch for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from civicnet.access.actors import SYSTEM
from civicnet.ledger import verify_database as database
from civicnet.ledger import witness
from civicnet.ledger.export import export
from civicnet.ledger.models import AuditRecord, AuditSeal
from civicnet.ledger.seals import seal
from civicnet.ledger.verify_file import verify_file
from civicnet.testing.ledger import ledger_open

Deed = Callable[..., AuditRecord]


@pytest.fixture(autouse=True)
def no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else is written here meanwhile."""
    monkeypatch.setattr(database, "SECOND_LOOK", 0)


@pytest.fixture
def orphan(deed: Deed, new_writer: Callable[[], None], checkpoints: Path) -> AuditRecord:
    """The last record of a writer that died before its second line; another writer has gone on since."""
    deed(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(witness, "attest", lambda **content: False)
        last = deed(2)
    new_writer()
    deed(3)
    return last


def codes() -> set[str]:
    return {one.code for one in database.verify_database().findings}


def say(*names: str, reason: str = "断电，已核对值班记录") -> None:
    call_command("audit", "acknowledge", *names, "--reason", reason)


def test_an_orphan_is_found_until_somebody_vouches_for_it(
    orphan: AuditRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    assert codes() == {"unwitnessed"}

    call_command("audit", "acknowledge")
    shown = capsys.readouterr().out
    say(orphan.chain)

    assert orphan.chain in shown and "plugins.enable" in shown
    report = database.verify_database()
    assert report.is_sound and report.acknowledged == 1
    deed = AuditRecord.objects.get(action="audit.acknowledge")
    assert (deed.object_id, deed.reason) == (str(orphan.pk), "断电，已核对值班记录")
    assert deed.after["position"] == 2


def test_what_was_vouched_for_is_bound_like_any_other(orphan: AuditRecord) -> None:
    say(orphan.chain)

    with ledger_open(connection), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM civicnet_ledger_auditrecord WHERE id = %s", [orphan.pk])

    assert "cut" in codes()


def test_an_export_from_before_is_sound_with_the_witness_of_later(
    orphan: AuditRecord, checkpoints: Path, tmp_path: Path
) -> None:
    path = tmp_path / "audit.jsonl"
    export(path)
    say(orphan.chain)

    assert verify_file(path, folder=checkpoints, keys=database.known_keys()).is_sound


def test_a_forged_acknowledgement_is_found(orphan: AuditRecord, checkpoints: Path) -> None:
    witness.append(
        checkpoints / "acknowledged.jsonl",
        {"chain": orphan.chain, "position": 2, "digest": orphan.digest, "key": "test", "mac": "00"},
    )

    assert codes() == {"unwitnessed", "checkpoint_altered"}


def test_a_record_that_is_otherwise_wrong_cannot_be_acknowledged(orphan: AuditRecord, checkpoints: Path) -> None:
    with ledger_open(connection), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE civicnet_ledger_auditrecord SET reason = 'x' WHERE id = %s", [orphan.pk])

    with pytest.raises(CommandError):
        say(orphan.chain)

    assert not (checkpoints / "acknowledged.jsonl").exists()
    assert not AuditRecord.objects.filter(action="audit.acknowledge").exists()


@pytest.mark.parametrize(("name", "reason"), [("0" * 32, "断电"), ("seal:1", "断电"), ("", " ")])
def test_only_what_lacks_a_witness_is_acknowledged_and_only_with_a_reason(
    orphan: AuditRecord, checkpoints: Path, name: str, reason: str
) -> None:
    with pytest.raises(CommandError):
        say(name or orphan.chain, reason=reason)

    assert codes() == {"unwitnessed"}
    assert not AuditRecord.objects.filter(action="audit.acknowledge").exists()


def test_a_witness_that_cannot_be_written_leaves_no_deed(orphan: AuditRecord, checkpoints: Path) -> None:
    (checkpoints / "acknowledged.jsonl").mkdir()

    with pytest.raises(CommandError):
        say(orphan.chain)

    assert not AuditRecord.objects.filter(action="audit.acknowledge").exists()


@pytest.mark.parametrize("later", [0, 1])
def test_a_seal_without_its_line_can_be_vouched_for(deed: Deed, later: int) -> None:
    deed(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(witness, "attest_seal", lambda **content: None)
        seal(actor=SYSTEM)
    for _again in range(later):
        deed(2)
        seal(actor=SYSTEM)
    assert codes() == {"checkpoint_missing" if later else "seal_unwitnessed"}

    say("seal:1")

    assert codes() == set()
    assert AuditSeal.objects.count() == 1 + later


def test_half_a_line_on_a_full_disk_is_taken_back(
    deed: Deed, checkpoints: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deed(1)
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(witness.os, "write", lambda handle, text: write(handle, text[:20]))
        deed(2)
    deed(3)

    assert [path.read_bytes().count(b"\n") for path in checkpoints.glob("chains/*/*.jsonl")] == [2]
    assert codes() == set()
