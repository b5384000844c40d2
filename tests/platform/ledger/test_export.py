"""An exported file is verified by itself, on a machine without the database."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from civicnet.access.actors import SYSTEM
from civicnet.ledger.export import export
from civicnet.ledger.models import AuditRecord
from civicnet.ledger.seals import seal
from civicnet.ledger.verify_database import known_keys
from civicnet.ledger.verify_file import verify_file

Deed = Callable[..., AuditRecord]


@pytest.fixture
def exported(deed: Deed, new_writer: Callable[[], None], tmp_path: Path) -> Path:
    """Two writers and two seals in a file; the ledger has gone on since."""
    for number in range(3):
        deed(number)
    seal(actor=SYSTEM)
    new_writer()
    deed(4)
    seal(actor=SYSTEM)
    path = tmp_path / "audit.jsonl"
    export(path)
    deed(5)
    seal(actor=SYSTEM)
    return path


def codes(path: Path, folder: Path | None) -> set[str]:
    return {one.code for one in verify_file(path, folder=folder, keys=known_keys()).findings}


def test_a_file_that_nobody_touched_is_sound_though_the_ledger_went_on(exported: Path, checkpoints: Path) -> None:
    report = verify_file(exported, folder=checkpoints, keys=known_keys())

    assert (report.found, report.records, report.chains, report.seals) == (0, 4, 2, 2)


def test_a_compressed_file_says_the_same(deed: Deed, checkpoints: Path, tmp_path: Path) -> None:
    deed(1)
    path = tmp_path / "audit.jsonl.gz"
    export(path)

    assert gzip.decompress(path.read_bytes()).count(b"\n") == 3
    assert codes(path, checkpoints) == set()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda lines: lines[:-1], "file_cut"),
        (lambda lines: [line for line in lines if '"position":2' not in line], "missing"),
        (lambda lines: sorted(lines, key=lambda line: '"position":2' in line or '"end"' in line), "missing"),
        (lambda lines: [line.replace("第1次", "第9次") for line in lines], "altered"),
        (lambda lines: lines[:1] + lines[2:], "seal_missing"),
        (lambda lines: [lines[0], "{", *lines[1:]], "file_altered"),
        (lambda lines: [*lines, lines[-2]], "file_altered"),
        (lambda lines: [line.replace('"position":2', '"position":"2"') for line in lines], "altered"),
        (lambda lines: [lines[0].replace("20", "19", 1), *lines[1:]], "file_altered"),
        (lambda lines: [], "file_cut"),
    ],
)
def test_a_file_that_was_touched_is_found(
    exported: Path, checkpoints: Path, change: Callable[[list[str]], list[str]], expected: str
) -> None:
    lines = change(exported.read_text().splitlines())
    exported.write_text("".join(f"{line}\n" for line in lines))

    assert expected in codes(exported, checkpoints)


def test_a_compressed_file_that_breaks_off_is_found(deed: Deed, tmp_path: Path) -> None:
    deed(1)
    path = tmp_path / "audit.jsonl.gz"
    export(path)
    path.write_bytes(path.read_bytes()[:-20])

    assert codes(path, None) & {"file_cut", "file_altered"}


def test_a_file_is_never_written_over_another(deed: Deed, tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_text("kept")

    with pytest.raises(CommandError):
        call_command("audit", "export", str(path))

    assert path.read_text() == "kept"


def test_the_command_verifies_a_file_without_a_database(exported: Path, checkpoints: Path, tmp_path: Path) -> None:
    nowhere = os.environ | {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:9/nothing",
        "DJANGO_SETTINGS_MODULE": "civicnet_site.settings.test",
    }
    command = [sys.executable, "-m", "civicnet_site", "audit", "verify", "--json", "--file", str(exported)]
    command += ["--checkpoints", str(checkpoints)]

    sound = subprocess.run(command, env=nowhere, capture_output=True, text=True)
    exported.write_text(exported.read_text().replace("第1次", "第9次"))
    touched = subprocess.run(command, env=nowhere, capture_output=True, text=True)

    assert sound.returncode == 0, sound.stderr
    assert json.loads(sound.stdout)["sound"] is True
    assert touched.returncode == 1
    finding = json.loads(touched.stdout)["findings"][0]
    assert (finding["code"], finding["position"]) == ("altered", 2)


def test_the_command_seals_and_verifies(deed: Deed, capsys: pytest.CaptureFixture[str]) -> None:
    deed(1)

    call_command("audit", "seal")
    call_command("audit", "seal")
    call_command("audit", "verify")

    out = capsys.readouterr().out
    assert "seal 1: 1 records" in out and "nothing new to seal" in out


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [line.replace('"reason":"第1次"', '"reason":"第9次","reason":"第1次"') for line in lines],
        lambda lines: [line.replace('{"record":', '{"note":"forged","record":') for line in lines],
        lambda lines: [line.replace('{"end":', '{"record":"forged","end":') for line in lines],
        lambda lines: [line.replace('{"civicnet_audit":', '{"note":"forged","civicnet_audit":') for line in lines],
        lambda lines: [line.replace('"第1次"', '"\\ud800"') for line in lines],
        lambda lines: [*lines[:2], "[" * 100_000, *lines[2:]],
    ],
)
def test_what_only_other_eyes_would_read_is_found(
    exported: Path, checkpoints: Path, change: Callable[[list[str]], list[str]]
) -> None:
    exported.write_text("".join(f"{line}\n" for line in change(exported.read_text().splitlines())))

    assert "file_altered" in codes(exported, checkpoints)


def test_a_file_that_only_claims_to_be_compressed_is_found(exported: Path, checkpoints: Path) -> None:
    assert codes(exported.rename(exported.with_suffix(".jsonl.gz")), checkpoints) >= {"file_cut"}


def test_a_name_in_a_forged_file_neither_leads_elsewhere_nor_steers_the_terminal(
    exported: Path, checkpoints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = "\\r\\u001b[2K../../" + "x" * 300
    lines = [line.replace('"chain":"', f'"chain":"{forged}') for line in exported.read_text().splitlines()]
    exported.write_text("".join(f"{line}\n" for line in lines))

    with pytest.raises(SystemExit):
        call_command("audit", "verify", "--file", str(exported), "--checkpoints", str(checkpoints))

    out = capsys.readouterr().out
    assert "altered" in out and "\x1b" not in out and "\r" not in out
