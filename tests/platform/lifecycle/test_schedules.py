"""Schedules: when their time has come, one process runs them, and an error stays with the schedule."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from civicnet.access.actors import SYSTEM
from civicnet.contract import Schedule, hookimpl
from civicnet.lifecycle.activation import disable_plugin
from civicnet.lifecycle.models import ScheduleRun
from civicnet.lifecycle.schedules import LEASE, WrongName, due, run_if_due, schedules

# 03:30 on the clock of Asia/Shanghai.
NOW = datetime(2026, 11, 23, 19, 30, tzinfo=UTC)


def nightly(run=lambda: None) -> Schedule:
    return Schedule(name="station.tidy", label="tidy", run=run, daily_at=time(3, 10))


class Station:
    def __init__(self, *offered: Schedule) -> None:
        self.offered = list(offered)

    @hookimpl
    def schedules(self) -> list[Schedule]:
        return self.offered


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, True),
        (NOW - timedelta(days=1), True),
        (NOW - timedelta(minutes=21), True),
        (NOW - timedelta(minutes=20), False),
        (NOW - timedelta(minutes=5), False),
    ],
)
def test_a_daily_schedule_is_due_once_after_its_time_on_the_citys_clock(last, expected):
    assert due(nightly(), last=last, now=NOW) is expected


def test_before_its_time_yesterdays_run_still_counts():
    early = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)

    assert not due(nightly(), last=early - timedelta(hours=22), now=early)
    assert due(nightly(), last=early - timedelta(hours=23), now=early)


def test_a_schedule_by_span_is_due_when_the_span_has_passed():
    often = Schedule(name="station.look", label="look", run=lambda: None, every=timedelta(minutes=10))

    assert not due(often, last=NOW - timedelta(minutes=9), now=NOW)
    assert due(often, last=NOW - timedelta(minutes=10), now=NOW)


def test_a_schedule_says_one_time_exactly():
    with pytest.raises(ValueError, match="daily_at or every"):
        Schedule(name="station.tidy", label="tidy", run=lambda: None)


def test_a_due_schedule_runs_once(plug):
    runs = []
    plug("station", Station(nightly(lambda: runs.append("run"))))

    first, second = (run_if_due(*schedules()["station.tidy"], now=NOW) for _ in range(2))

    assert (first, second, runs) == (True, False, ["run"])
    row = ScheduleRun.objects.get(name="station.tidy")
    assert (row.started_at, row.lease_until, row.error) == (NOW, None, "")


def test_a_schedule_rests_while_its_plugin_is_off(plug):
    runs = []
    plug("station", Station(nightly(lambda: runs.append("run"))))
    disable_plugin(slug="station", actor=SYSTEM, reason="test")

    assert run_if_due(*schedules()["station.tidy"], now=NOW) is False
    assert runs == []
    assert not ScheduleRun.objects.filter(name="station.tidy").exists()


def test_an_error_is_kept_and_the_next_time_comes_as_usual(plug):
    def fail() -> None:
        raise OSError("the disk is full")

    plug("station", Station(nightly(fail)))

    assert run_if_due(*schedules()["station.tidy"], now=NOW)
    assert ScheduleRun.objects.get(name="station.tidy").error == "OSError: the disk is full"
    assert run_if_due(*schedules()["station.tidy"], now=NOW + timedelta(days=1))


def test_while_one_process_runs_it_no_other_does_until_the_lease_is_over(plug):
    runs = []
    often = Schedule(name="station.look", label="look", run=lambda: runs.append("run"), every=timedelta(minutes=1))
    plug("station", Station(often))
    started = NOW - timedelta(minutes=30)
    ScheduleRun.objects.create(name="station.look", started_at=started, lease_until=started + LEASE)

    while_leased = run_if_due(*schedules()["station.look"], now=NOW)
    after_crash = run_if_due(*schedules()["station.look"], now=started + LEASE)

    assert (while_leased, after_crash, runs) == (False, True, ["run"])


def test_a_schedule_that_runs_briefly_is_free_sooner_after_a_crash(plug):
    leases = []

    def look() -> None:
        leases.append(ScheduleRun.objects.get(name="station.look").lease_until)

    brief = Schedule("station.look", "look", look, every=timedelta(minutes=1), lease=timedelta(minutes=5))
    plug("station", Station(brief))

    run_if_due(*schedules()["station.look"], now=NOW)

    assert leases == [NOW + timedelta(minutes=5)]


def test_a_schedule_with_another_plugins_name_is_refused(plug):
    plug("station", Station(Schedule(name="grid.tidy", label="tidy", run=lambda: None, daily_at=time(3, 10))))

    with pytest.raises(WrongName, match="station"):
        schedules()
