"""The witness follows each commit, and never stands in the way of the work."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from civicnet.access.actors import SYSTEM
from civicnet.ledger.models import AuditRecord
from civicnet.ledger.services import record
from civicnet.ledger.verify_database import verify_database
from civicnet.lifecycle.models import PluginState

Deed = Callable[..., AuditRecord]


def said(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for path in folder.glob("chains/*/*.jsonl") for line in path.read_text().splitlines()]


def test_each_commit_adds_one_keyed_line(deed: Deed, checkpoints: Path) -> None:
    deed(1)
    with transaction.atomic():
        deed(2)
        last = deed(3)

    first, second = said(checkpoints)
    assert (first["line"], first["position"], first["key"]) == (1, 1, "test")
    assert (second["line"], second["position"], second["digest"]) == (2, 3, last.digest)
    assert oct(next(checkpoints.glob("chains/*/*.jsonl")).stat().st_mode & 0o777) == "0o600"


def test_what_is_rolled_back_is_not_witnessed(deed: Deed, checkpoints: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        deed(1)
        _ = 1 / 0

    assert said(checkpoints) == []


def test_a_witness_that_cannot_write_is_logged_and_the_work_stands(
    deed: Deed, checkpoints: Path, caplog: pytest.LogCaptureFixture
) -> None:
    checkpoints.write_text("a file where the folder should be")

    with caplog.at_level(logging.ERROR):
        deed(1)

    assert AuditRecord.objects.count() == 1
    assert "could not be written" in caplog.text


def test_the_next_line_covers_one_that_could_not_be_written(deed: Deed, checkpoints: Path) -> None:
    checkpoints.write_text("a file where the folder should be")
    deed(1)
    checkpoints.unlink()
    deed(2)

    assert verify_database().is_sound


def test_no_witness_is_kept_where_none_is_wanted(deed: Deed, checkpoints: Path, settings: object) -> None:
    settings.CIVICNET_AUDIT_CHECKPOINTS = ""  # type: ignore[attr-defined]

    deed(1)

    assert not checkpoints.exists()
    report = verify_database()
    assert report.is_sound and not report.witness
    assert any("没有比对见证文件" in sentence for sentence in report.remarks())


@pytest.mark.django_db
def test_a_test_that_never_commits_leaves_no_line(checkpoints: Path) -> None:
    record(actor=SYSTEM, action="plugins.enable", subject=PluginState.objects.get(slug="grid"))

    assert said(checkpoints) == []
