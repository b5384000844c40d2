"""Crashes: whatever dies in the middle, what is in stays in once, and the rest follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Position
from civicnet.contract import InvalidInput
from civicnet.exchange import services, waiting
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import ImportJob, SpoolChunk
from civicnet.exchange.sealed_columns import sealing_problems
from civicnet.exchange.services import confirm_job, resume_stalled, upload_file
from civicnet.lifecycle.activation import disable_plugin, enable_plugin


class Killed(BaseException):
    """As if the process had been killed."""


class Broken(Exception):
    """What a plugin raises by mistake."""


def teams_held() -> list[str]:
    return sorted(Group.objects.filter(name__endswith="队").values_list("name", flat=True))


def spooled() -> int:
    return sum(chunk.rows for chunk in SpoolChunk.objects.all())


@pytest.fixture
def confirmed(checked, clerk, teams, chunks_of_10):
    """A confirmed job of 25 rows, to be applied in chunks of 10."""
    return confirm_job(job=checked(teams(25)), actor=clerk)


@pytest.fixture
def dies(resource, monkeypatch):
    """Lets the chunk with this number raise after it has written its rows."""
    original = resource.apply

    def arrange(chunk: int, error: BaseException):
        calls = []

        def apply(self, rows, actor):
            calls.append(len(rows))
            written = original(self, rows, actor)
            if len(calls) == chunk:
                raise error
            return written

        monkeypatch.setattr(resource, "apply", apply)

    return arrange


@pytest.mark.parametrize("chunk", [1, 2, 3])
def test_a_worker_killed_between_chunks_resumes_and_nothing_doubles(confirmed, dies, chunk):
    dies(chunk, Killed())
    with pytest.raises(Killed):
        run_apply(confirmed.pk)
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.applied_through) == ("APPLYING", [0, 11, 21][chunk - 1])
    assert len(teams_held()) == (chunk - 1) * 10

    run_apply(confirmed.pk)

    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.rows_done, confirmed.result) == (
        "APPLIED",
        25,
        {"created": 25},
    )
    assert teams_held() == sorted(f"{number}队" for number in range(1, 26))


def test_a_chunk_that_does_not_open_is_met_in_its_turn_and_what_came_before_it_stays(confirmed, resource, monkeypatch):
    original = resource.unpack

    def unpack(self, packed):
        values = original(self, packed)
        if values["name"] == "11队":
            raise Broken()
        return values

    monkeypatch.setattr(resource, "unpack", unpack)
    with pytest.raises(Broken):
        run_apply(confirmed.pk)

    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.applied_through, len(teams_held())) == ("APPLYING", 11, 10)


def test_a_chunk_that_was_made_ready_in_part_is_whole_in_its_turn(confirmed, resource, monkeypatch):
    monkeypatch.setattr(waiting, "_STEP", 3)
    chunks = waiting.WaitingChunks(confirmed, resource())
    first = chunks.take()
    begun = chunks.meanwhile()
    next(begun)
    del begun
    second = chunks.take()

    assert first and [one.row for one in first.rows] == [*range(2, 12)]
    assert second and [one.row for one in second.rows] == [*range(12, 22)]


@pytest.mark.parametrize("label", ["phone", "nowhere.team.phone", "auth.group.phone", "auth.group.name"])
def test_a_resource_that_says_it_seals_where_nothing_is_sealed_imports_and_is_told_of_by_the_checks(
    confirmed, resource, monkeypatch, label
):
    monkeypatch.setattr(resource, "seals", {"phone": label, "name": "civicnet_exchange.spoolchunk.sealed"})
    run_apply(confirmed.pk)

    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.result) == ("APPLIED", {"created": 25})
    [problem] = sealing_problems()
    assert problem.msg == f"team.list: phone is said to be sealed in {label}, which is no encrypted field."
    monkeypatch.setattr(resource, "seals", {"nothing": "civicnet_exchange.spoolchunk.sealed"})
    [problem] = sealing_problems()
    assert problem.msg == "team.list: it seals nothing, which is none of its columns."


def test_a_right_that_ends_in_the_middle_lets_no_further_chunk_in(confirmed, clerk, resource, monkeypatch):
    original = resource.apply

    def apply(self, rows, actor):
        Position.objects.filter(person_id=int(clerk.id)).delete()
        return original(self, rows, actor)

    monkeypatch.setattr(resource, "apply", apply)
    run_apply(confirmed.pk)

    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.error_code, confirmed.rows_done) == ("FAILED", "FORBIDDEN", 10)
    assert len(teams_held()) == 10


def test_running_an_applied_job_again_does_nothing(confirmed):
    run_apply(confirmed.pk)
    run_apply(confirmed.pk)

    confirmed.refresh_from_db()
    assert confirmed.result == {"created": 25}


@pytest.mark.parametrize(
    ("error", "code"), [(InvalidInput("no", code="NO_TEAM"), "NO_TEAM"), (IntegrityError("no"), "ROWS_CONFLICT")]
)
def test_a_chunk_that_is_refused_stops_the_job_with_a_sentence_and_it_can_go_on_later(
    confirmed, clerk, dies, error, code
):
    dies(2, error)

    run_apply(confirmed.pk)

    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.error_code, confirmed.rows_done) == ("FAILED", code, 10)
    assert confirmed.error and len(teams_held()) == 10

    confirm_job(job=confirmed, actor=clerk)
    run_apply(confirmed.pk)
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.error, len(teams_held())) == ("APPLIED", "", 25)


def test_a_check_killed_in_the_middle_begins_anew(clerk, workbook, teams, resource, monkeypatch, chunks_of_10):
    job = upload_file(resource="team.list", file=workbook(teams(25)), name="a.xlsx", actor=clerk)
    original = resource.look_up

    def look_up(self, drafts, actor):
        if drafts[0].row > 10:
            raise Killed()

    monkeypatch.setattr(resource, "look_up", look_up)
    with pytest.raises(Killed):
        run_check(job.pk)
    job.refresh_from_db()
    assert (job.state, spooled()) == ("CHECKING", 10)

    monkeypatch.setattr(resource, "look_up", original)
    run_check(job.pk)

    job.refresh_from_db()
    assert (job.state, job.counts, spooled()) == ("CHECKED", {"OK": 25}, 25)


def test_a_slow_worker_that_was_given_up_writes_nothing_more(
    clerk, workbook, teams, resource, monkeypatch, chunks_of_10
):
    job = upload_file(resource="team.list", file=workbook(teams(25)), name="a.xlsx", actor=clerk)
    original, overtaken = resource.look_up, []

    def look_up(self, drafts, actor):
        if drafts[0].row > 10 and not overtaken:
            overtaken.append(True)
            run_check(job.pk)

    monkeypatch.setattr(resource, "look_up", look_up)
    run_check(job.pk)
    monkeypatch.setattr(resource, "look_up", original)

    job.refresh_from_db()
    assert (job.state, job.attempts, spooled()) == ("CHECKED", 2, 25)


def silence(job: ImportJob) -> None:
    ImportJob.objects.filter(pk=job.pk).update(beat_at=job.beat_at - timedelta(minutes=5))


def test_a_stalled_job_is_woken_and_a_waiting_one_left_alone(confirmed, dies, django_capture_on_commit_callbacks):
    silence(confirmed)
    assert resume_stalled() == 0
    dies(2, Killed())
    with pytest.raises(Killed):
        run_apply(confirmed.pk)
    assert resume_stalled() == 0
    silence(confirmed)

    with django_capture_on_commit_callbacks(execute=True):
        assert resume_stalled() == 1

    confirmed.refresh_from_db()
    assert confirmed.state == "APPLIED"


def test_a_job_that_never_gets_further_is_stopped(confirmed, dies):
    for _attempt in range(services.MOST_ATTEMPTS):
        dies(1, Killed())
        with pytest.raises(Killed):
            run_apply(confirmed.pk)
    confirmed.refresh_from_db()
    silence(confirmed)

    assert resume_stalled() == 0

    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.error_code, teams_held()) == ("FAILED", "GAVE_UP", [])


def test_a_plugin_switched_off_in_the_middle_lets_the_job_wait_and_on_again_lets_it_finish(
    confirmed, resource, monkeypatch, django_capture_on_commit_callbacks
):
    original = resource.apply

    def apply(self, rows, actor):
        disable_plugin(slug="team", actor=SYSTEM, reason="test")
        return original(self, rows, actor)

    monkeypatch.setattr(resource, "apply", apply)
    run_apply(confirmed.pk)
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.error_code, confirmed.rows_done) == ("APPLYING", "PLUGIN_DISABLED", 10)

    monkeypatch.setattr(resource, "apply", original)
    silence(confirmed)
    assert resume_stalled() == 0
    enable_plugin(slug="team", actor=SYSTEM, reason="test")
    with django_capture_on_commit_callbacks(execute=True):
        assert resume_stalled() == 1
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.error, len(teams_held())) == ("APPLIED", "", 25)
