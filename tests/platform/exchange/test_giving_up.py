"""Giving up: an import or an undo that waits for its plugin for too long ends, and nothing of it is kept for ever."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.contract import InvalidInput
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.errors import NothingToUndo, WrongState
from civicnet.exchange.models import ImportJob, SpoolChunk
from civicnet.exchange.personal import forget_expired
from civicnet.exchange.services import cancel_job, confirm_job, undo_job, upload_file
from civicnet.exchange.undoing import run_undo
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import disable_plugin, enable_plugin


def switch(on: bool) -> None:
    act = enable_plugin if on else disable_plugin
    act(slug="team", actor=SYSTEM, reason="test")


def held() -> int:
    return Group.objects.filter(name__endswith="队").count()


def images() -> int:
    return SpoolChunk.objects.exclude(image="").count()


def night(days: int) -> None:
    forget_expired(now=timezone.now() + timedelta(days=days), actor=SYSTEM)


def refuses(*_given: object) -> None:
    raise InvalidInput("no", code="NO_TEAM")


@pytest.fixture
def stuck(checked, clerk, teams, chunks_of_10, resource, monkeypatch):
    """A confirmed job whose plugin goes off while its first chunk of three goes in."""
    original = resource.apply

    def apply(self, rows, actor):
        switch(False)
        return original(self, rows, actor)

    def begin(*, whole: bool) -> ImportJob:
        job = confirm_job(job=checked(teams(25)), actor=clerk, all_or_nothing=whole)
        with monkeypatch.context() as patched:
            patched.setattr(resource, "apply", apply)
            run_apply(job.pk)
        job.refresh_from_db()
        assert (job.state, job.error_code, held()) == ("APPLYING", "PLUGIN_DISABLED", 10)
        return job

    return begin


def test_an_import_that_waited_too_long_for_its_plugin_can_be_taken_back_as_far_as_it_came(stuck, clerk):
    job = stuck(whole=False)
    night(8)
    job.refresh_from_db()
    assert (job.state, job.error_code, held(), images()) == ("CANCELLED", "WAITED_TOO_LONG", 10, 1)
    assert AuditRecord.objects.get(action="exchange.give_up").after == {"rows_in": 10}

    switch(True)
    undo_job(job=job, actor=clerk)
    run_undo(job.pk)

    job.refresh_from_db()
    assert (job.state, job.undone["removed"], held(), images()) == ("UNDONE", 10, 0, 0)


def test_what_is_in_of_an_import_given_up_stays_once_its_time_is_over(stuck, clerk):
    job = stuck(whole=False)
    night(8)
    night(31)

    assert (images(), held()) == (0, 10)
    switch(True)
    with pytest.raises(NothingToUndo):
        undo_job(job=job, actor=clerk)


def test_all_rows_or_none_are_taken_back_once_the_plugin_of_an_import_given_up_is_on(stuck):
    job = stuck(whole=True)
    night(8)
    run_undo(job.pk)
    job.refresh_from_db()
    # Why it is taken back stays to be read, although that has to wait, too.
    assert (job.state, job.error_code, held()) == ("UNDOING", "WAITED_TOO_LONG", 10)
    night(29)
    assert images() == 1

    switch(True)
    run_undo(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error_code, held(), images()) == ("UNDONE", "WAITED_TOO_LONG", 0, 0)


def test_an_undo_whose_plugin_stays_off_is_given_up_when_its_time_is_over(stuck):
    job = stuck(whole=True)
    night(8)
    night(31)

    job.refresh_from_db()
    assert (job.state, job.error_code, held(), images()) == ("CANCELLED", "UNDO_WAITED_TOO_LONG", 10, 0)
    assert "保留" in job.error
    assert AuditRecord.objects.filter(action="exchange.give_up_undo").count() == 1
    switch(True)
    run_undo(job.pk)
    assert held() == 10


def test_before_images_that_nobody_could_take_back_any_more_go(applied, teams):
    job = applied(teams(2))
    ImportJob.objects.update(state="CANCELLED", undo_until=None)
    night(29)
    assert images() == 1

    night(31)

    job.refresh_from_db()
    assert (images(), job.state, held()) == (0, "CANCELLED", 2)


def test_an_import_whose_rest_was_forgotten_does_not_go_on(stuck, clerk, resource, monkeypatch):
    job = stuck(whole=True)
    switch(True)
    cancel_job(job=job, actor=clerk)
    with monkeypatch.context() as patched:
        patched.setattr(resource, "undone", refuses)
        run_undo(job.pk)

    job.refresh_from_db()
    with pytest.raises(WrongState, match="尚未导入的部分已清除"):
        confirm_job(job=job, actor=clerk)

    job.refresh_from_db()
    assert (job.state, job.error_code, held(), images()) == ("FAILED", "NO_TEAM", 10, 1)
    undo_job(job=job, actor=clerk)
    run_undo(job.pk)
    assert held() == 0


@pytest.mark.parametrize("whole", [True, False])
def test_the_archive_of_an_import_that_was_taken_back_does_not_stay(
    whole, workbook, teams, clerk, resource, chunks_of_10, monkeypatch, tmp_path, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(ImportJob._meta.get_field("file"), "storage", FileSystemStorage(tmp_path))
    monkeypatch.setattr(resource, "takes_files", True)
    job = upload_file(resource="team.list", file=zipped(workbook(teams(25))), name="teams.zip", actor=clerk)
    run_check(job.pk)
    confirm_job(job=job, actor=clerk, all_or_nothing=whole)
    original = resource.apply
    monkeypatch.setattr(resource, "apply", lambda *given: refuses() if held() else original(*given))
    run_apply(job.pk)
    stored = Path(job.file.path)
    assert (held(), stored.is_file()) == (10, True)

    if not whole:
        undo_job(job=job, actor=clerk)
    with django_capture_on_commit_callbacks(execute=True):
        run_undo(job.pk)
    job.refresh_from_db()
    assert (job.state, held(), stored.exists()) == ("UNDONE", 0, False)

    # As earlier versions left it.
    stored.write_bytes(b"CNS1")
    with django_capture_on_commit_callbacks(execute=True):
        night(8)
    job.refresh_from_db()
    assert (stored.exists(), job.file.name) == (False, "")


def zipped(table: io.BytesIO) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("teams.xlsx", table.getvalue())
        archive.writestr("1.png", b"picture")
    file.seek(0)
    return file
