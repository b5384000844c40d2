"""Undoing: what went in can be taken back, except what somebody has touched since, and that is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Position
from civicnet.access.personal import purge
from civicnet.contract import InvalidInput, Refused
from civicnet.exchange import undoing
from civicnet.exchange.applying import run_apply
from civicnet.exchange.errors import FaultyRows, NothingToUndo, WrongState
from civicnet.exchange.models import Finding, ImportJob, SpoolChunk
from civicnet.exchange.selectors import kinds
from civicnet.exchange.services import cancel_job, confirm_job, undo_job
from civicnet.exchange.undoing import run_undo
from civicnet.ledger.models import AuditRecord, ChangeRecord
from civicnet.lifecycle.activation import disable_plugin, enable_plugin


def teams_held() -> list[str]:
    return sorted(Group.objects.filter(name__endswith="队").values_list("name", flat=True))


def undo(job: ImportJob, actor) -> ImportJob:
    undo_job(job=job, actor=actor)
    run_undo(job.pk)
    job.refresh_from_db()
    return job


def test_a_right_that_ends_in_the_middle_of_an_undo_leaves_the_rest_to_be_gone_on_with(
    applied, clerk, teams, chunks_of_10, resource, monkeypatch
):
    job = applied(teams(25))
    monkeypatch.setattr(resource, "undone", lambda *_given: Position.objects.filter(person_id=int(clerk.id)).delete())

    undo(job, clerk)

    assert (job.state, job.error_code, job.undone["removed"], len(teams_held())) == ("FAILED", "FORBIDDEN", 5, 20)
    assert SpoolChunk.objects.exclude(image="").count() == 2


@pytest.fixture
def dies_after(resource, monkeypatch):
    """Lets the second chunk raise an error after it has written its rows."""
    original = resource.apply

    def arrange(error: BaseException, chunk: int = 2):
        calls = []

        def apply(self, rows, actor):
            calls.append(rows)
            written = original(self, rows, actor)
            if len(calls) == chunk:
                raise error
            return written

        monkeypatch.setattr(resource, "apply", apply)

    return arrange


def test_all_or_nothing_is_kept_also_where_its_undo_had_failed_before_it_was_cancelled(
    checked, clerk, teams, chunks_of_10, dies_after, monkeypatch
):
    job = confirm_job(job=checked(teams(25)), actor=clerk, all_or_nothing=True)
    dies_after(InvalidInput("no", code="NO_TEAM"))
    run_apply(job.pk)
    with monkeypatch.context() as failing:
        failing.setattr(undoing, "take_back", lambda *_given, **_named: (_ for _ in ()).throw(WrongState()))
        run_undo(job.pk)
    job.refresh_from_db()
    assert (job.state, len(teams_held())) == ("FAILED", 10)

    cancel_job(job=job, actor=clerk)
    run_undo(job.pk)

    job.refresh_from_db()
    assert (job.state, teams_held()) == ("UNDONE", [])


def test_an_import_is_taken_back_whole_and_may_come_again(applied, clerk, teams, chunks_of_10):
    job = applied(teams(25))
    assert len(teams_held()) == 25

    undo(job, clerk)

    assert (job.state, job.undone, teams_held()) == ("UNDONE", {"restored": 0, "removed": 25, "left": 0}, [])
    assert AuditRecord.objects.filter(action="exchange.undo").get().after == job.undone
    assert ChangeRecord.objects.filter(object_type="auth.group", operation="DELETE").count() == 25
    with pytest.raises(WrongState):
        undo_job(job=job, actor=clerk)
    assert applied(teams(25)).state == "APPLIED"


def test_what_was_changed_or_is_in_use_since_stays_and_is_named(applied, clerk, teams, staff):
    job = applied(teams(4))
    Group.objects.filter(name="1队").update(name="一队")
    staff([], username="member").groups.add(Group.objects.get(name="2队"))
    Group.objects.filter(name="3队").delete()

    undo(job, clerk)

    assert job.undone == {"restored": 0, "removed": 1, "left": 3}
    assert set(Group.objects.filter(name__endswith="队").values_list("name", flat=True)) == {"一队", "2队"}
    found = Finding.objects.filter(job=job, outcome="LEFT").order_by("row")
    assert [(one.row, one.code, one.params["label"]) for one in found[:2]] == [
        (2, "changed_since", "一队"),
        (3, "referred_to", "2队"),
    ]
    assert (found[2].row, found[2].code) == (4, "gone_since")
    assert "2队" in next(one.sentence for one in kinds(job) if one.code == "referred_to")


def test_an_undo_that_dies_goes_on_where_it_stopped(applied, clerk, teams, chunks_of_10, resource, monkeypatch):
    job = applied(teams(25))

    class Killed(BaseException):
        pass

    def dies(self, touched, actor):
        if SpoolChunk.objects.exclude(image="").count() == 2:
            raise Killed()

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(resource, "undone", dies)
        undo(job, clerk)
    assert len(teams_held()) == 20

    run_undo(job.pk)

    job.refresh_from_db()
    assert (job.state, job.undone["removed"], teams_held()) == ("UNDONE", 25, [])


def test_that_its_plugin_was_off_for_a_while_is_not_told_of_an_undo_that_is_through(applied, clerk, teams):
    job = applied(teams(3))
    undo_job(job=job, actor=clerk)
    disable_plugin(slug="team", actor=SYSTEM, reason="test")
    run_undo(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("UNDOING", "PLUGIN_DISABLED")

    enable_plugin(slug="team", actor=SYSTEM, reason="test")
    run_undo(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error_code, job.error, teams_held()) == ("UNDONE", "", "", [])


def test_an_import_of_good_rows_that_failed_does_not_go_on_as_all_or_nothing(
    checked, clerk, teams, chunks_of_10, dies_after
):
    job = confirm_job(job=checked(teams(25)), actor=clerk)
    dies_after(Refused(code="NO_TEAM"), chunk=2)
    run_apply(job.pk)

    with pytest.raises(WrongState, match="只导入可用的行"):
        confirm_job(job=job, actor=clerk, all_or_nothing=True)

    job.refresh_from_db()
    assert (job.state, job.error_code, job.all_or_nothing, len(teams_held())) == ("FAILED", "NO_TEAM", False, 10)
    assert confirm_job(job=job, actor=clerk).state == "APPLYING"


def test_a_cancelled_or_failed_import_can_be_taken_back_as_far_as_it_came(
    checked, clerk, teams, chunks_of_10, dies_after
):
    job = confirm_job(job=checked(teams(25)), actor=clerk)
    dies_after(Refused(code="NO_TEAM"), chunk=2)
    run_apply(job.pk)
    cancel_job(job=job, actor=clerk)
    job.refresh_from_db()
    assert (job.state, len(teams_held())) == ("CANCELLED", 10)

    undo(job, clerk)

    assert (job.state, teams_held()) == ("UNDONE", [])


def test_all_or_nothing_is_refused_while_a_row_is_faulty(checked, clerk, teams):
    job = checked([*teams(2), [3, "3队", "140", ""]])

    with pytest.raises(FaultyRows):
        confirm_job(job=job, actor=clerk, all_or_nothing=True)

    assert ImportJob.objects.get().state == "CHECKED"
    assert confirm_job(job=job, actor=clerk).state == "APPLYING"


def test_all_or_nothing_takes_back_what_is_in_when_a_later_chunk_is_refused(
    checked, clerk, teams, chunks_of_10, dies_after
):
    job = confirm_job(job=checked(teams(25)), actor=clerk, all_or_nothing=True)
    dies_after(Refused(code="NO_TEAM"), chunk=3)
    run_apply(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_code, len(teams_held())) == ("UNDOING", "NO_TEAM", 20)

    run_undo(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error_code, teams_held()) == ("UNDONE", "NO_TEAM", [])


def test_all_or_nothing_takes_back_what_is_in_when_somebody_came_between(checked, clerk, teams, chunks_of_10):
    job = confirm_job(job=checked(teams(25)), actor=clerk, all_or_nothing=True)
    Group.objects.create(name="15队")
    run_apply(job.pk)
    job.refresh_from_db()
    # The row says the same as what is held by now: that is no conflict.
    assert (job.state, job.result) == ("APPLIED", {"created": 24, "unchanged": 1})


def test_nothing_is_taken_back_by_another_person_or_after_its_time(applied, clerk, neighbour, teams):
    job = applied(teams(2))
    with pytest.raises(Refused):
        undo_job(job=job, actor=neighbour)

    ImportJob.objects.update(undo_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NothingToUndo):
        undo_job(job=job, actor=clerk)

    purge(actor=SYSTEM)
    assert not SpoolChunk.objects.exclude(image="").exists()
    assert len(teams_held()) == 2


def test_what_leaves_nothing_to_take_it_back_by_goes_in_by_good_rows_only(checked, clerk, teams, resource, monkeypatch):
    def forgets(self, rows, actor):
        Group.objects.bulk_create(Group(name=row.values["name"]) for row in rows)
        return {"created": len(rows)}

    monkeypatch.setattr(resource, "apply", forgets)
    job = confirm_job(job=checked(teams(2)), actor=clerk, all_or_nothing=True)
    run_apply(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_code, job.undo_until, teams_held()) == ("FAILED", "NOT_TAKEN_BACK", None, [])

    job = confirm_job(job=checked(teams(2)), actor=clerk)
    run_apply(job.pk)
    job.refresh_from_db()
    assert (job.state, job.undo_until, teams_held()) == ("APPLIED", None, ["1队", "2队"])
    with pytest.raises(NothingToUndo):
        undo_job(job=job, actor=clerk)


def test_a_job_that_wrote_nothing_has_nothing_to_undo(applied, clerk, workbook, teams):
    applied(teams(2))
    job = applied([*teams(2), ["小计"]])

    assert (job.result, job.undo_until) == ({"unchanged": 2}, None)
    with pytest.raises(NothingToUndo):
        undo_job(job=job, actor=clerk)
