"""Files that wait: sealed, found when somebody asks for a person in them, and given up when nobody goes on with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.person import Person
from civicnet.access.personal import erase_person, find_person, purge
from civicnet.cipher import CipherError
from civicnet.contract import Conflict
from civicnet.exchange.models import Finding, ImportJob, JobState, SpoolChunk
from civicnet.exchange.personal import forget_expired
from civicnet.exchange.services import cancel_job, confirm_job, upload_file
from civicnet.exchange.steps import local_copy
from civicnet.ledger.models import AuditRecord

PHONE = "13900000001"


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of uploads, empty."""
    monkeypatch.setattr(ImportJob._meta.get_field("file"), "storage", FileSystemStorage(tmp_path))
    return tmp_path


@pytest.fixture
def upload(clerk: Any, workbook: Any) -> Callable[..., ImportJob]:
    """Uploads rows as a workbook."""
    return lambda rows: upload_file(resource="team.list", file=workbook(rows), name="teams.xlsx", actor=clerk)


def age(days: int) -> None:
    then = timezone.now() - timedelta(days=days)
    ImportJob.objects.update(created_at=then, beat_at=then)
    ImportJob.objects.exclude(finished_at=None).update(finished_at=then)


def test_an_upload_lies_sealed_and_goes_when_it_is_confirmed(
    uploads: Path,
    upload: Callable[..., ImportJob],
    teams: Callable[..., Any],
    clerk: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = upload(teams(2))
        (stored,) = [path for path in uploads.rglob("*") if path.is_file()]
        assert stored.read_bytes().startswith(b"CNS1")
        with local_copy(job) as path:
            assert path.read_bytes().startswith(b"PK")
    assert [path for path in uploads.rglob("*") if path.is_file()] == [stored]
    assert SpoolChunk.objects.exclude(sealed="").get(job=job).rows == 2

    # Only what happens at the confirmation, not the import itself.
    with django_capture_on_commit_callbacks() as after:
        confirm_job(job=ImportJob.objects.get(), actor=clerk)
    after[-1]()

    assert [path for path in uploads.rglob("*") if path.is_file()] == []


def test_a_file_refused_for_its_columns_waits_for_a_choice_and_goes_after_a_week(
    uploads: Path, clerk: Any, workbook: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        file = workbook([["甲队", "14000000001"]], headings=["队伍名称", "号码"])
        upload_file(resource="team.list", file=file, name="teams.xlsx", actor=clerk)
    forget_expired(now=timezone.now(), actor=SYSTEM)
    assert len([path for path in uploads.rglob("*") if path.is_file()]) == 1

    age(8)
    with django_capture_on_commit_callbacks(execute=True):
        forget_expired(now=timezone.now(), actor=SYSTEM)

    assert [path for path in uploads.rglob("*") if path.is_file()] == []
    assert (ImportJob.objects.get().state, ImportJob.objects.get().file.name) == ("REFUSED", "")


def test_a_file_put_in_the_place_of_another_does_not_open(
    uploads: Path, upload: Callable[..., ImportJob], teams: Callable[..., Any]
) -> None:
    one, other = upload(teams(2)), upload(teams(3))
    one.file.name = other.file.name

    with pytest.raises(CipherError), local_copy(one):
        pass


@pytest.mark.parametrize(
    "written", [PHONE, "139-0000-0001", "１３９００００ ０００１", 13900000001, f"{PHONE}/14000000002"]
)
def test_a_person_in_a_faulty_row_is_found_in_the_sealed_file_while_it_waits(
    checked: Callable[..., ImportJob], clerk: Any, written: object
) -> None:
    job = checked([[1, "甲队", "14000000005", ""], [2, "", written, "x"]])
    (found,) = find_person(Person(phone=PHONE)).held
    assert (found.record.model, found.record.key) == ("ImportJob", str(job.pk))
    assert found.record.values["file"].startswith("2 | ")
    assert found.record.obstacle.code == "IMPORT_WAITING"

    cancel_job(job=job, actor=clerk)

    assert find_person(Person(phone=PHONE)).held == []


def test_a_person_in_a_file_that_waits_is_found_and_keeps_from_being_erased(
    checked: Callable[..., ImportJob], teams: Callable[..., Any]
) -> None:
    checked(teams(3))

    found = find_person(Person(phone=PHONE))

    assert [(one.record.model, PHONE in one.record.values["sealed"]) for one in found.held] == [("SpoolChunk", True)]
    with pytest.raises(Conflict) as refusal:
        erase_person(person=Person(phone=PHONE), actor=SYSTEM, reason="本人书面申请")
    assert refusal.value.code == "IMPORT_WAITING"


def test_a_file_nobody_goes_on_with_is_given_up_after_a_week(
    checked: Callable[..., ImportJob], teams: Callable[..., Any]
) -> None:
    job = checked(teams(3))
    age(6)
    assert purge(actor=SYSTEM)["exchange"] == 0

    age(8)
    assert purge(actor=SYSTEM)["exchange"] == 1

    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.CANCELLED, "WAITED_TOO_LONG")
    assert not SpoolChunk.objects.exists()
    assert AuditRecord.objects.filter(action="exchange.give_up").count() == 1
    assert find_person(Person(phone=PHONE)).held == []


def test_what_is_left_of_a_file_that_is_over_goes_later(
    checked: Callable[..., ImportJob], teams: Callable[..., Any], clerk: Any
) -> None:
    job = checked([*teams(3), [4, "4队", "", ""]])
    cancel_job(job=job, actor=clerk)
    assert SpoolChunk.objects.exists()

    age(8)
    purge(actor=SYSTEM)
    job.refresh_from_db()
    assert not SpoolChunk.objects.exists()
    assert job.file_name

    age(366)
    purge(actor=SYSTEM)
    job.refresh_from_db()
    assert (job.file_name, Finding.objects.count()) == ("", 0)


def test_a_sealed_column_answers_only_whether_it_is_empty(db: None) -> None:
    assert not SpoolChunk.objects.filter(sealed="").exists()
    with pytest.raises(FieldError):
        SpoolChunk.objects.filter(sealed="13900000001").exists()
