"""Schedules: work that comes back by itself, run by one process of all under a lease in the database."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from civicnet.contract import Schedule
from civicnet.lifecycle.hooks import gather
from civicnet.lifecycle.models import ScheduleRun
from civicnet.lifecycle.snapshot import read, using

logger = logging.getLogger(__name__)

# Longer than our jobs take: a process that dies leaves its schedule free after this, unless the schedule says otherwise.
LEASE = timedelta(hours=2)
_hosts: dict[str, Schedule] = {}


class WrongName(ValueError):
    """A schedule does not carry its plugin's name, or two carry the same."""


def register(schedule: Schedule) -> None:
    """Add a schedule of the host's own; rooms call this when their app is ready."""
    _hosts[schedule.name] = schedule


def schedules() -> dict[str, tuple[Schedule, str]]:
    """All schedules by name, each with its plugin's slug ("" for the host's), on or off.

    Raises:
        WrongName: a plugin's schedule does not start with its slug, or two have one name.
    """
    found = {name: (schedule, "") for name, schedule in _hosts.items()}
    for one in gather("schedules"):
        for schedule in one.value:
            if not schedule.name.startswith(f"{one.plugin}.") or schedule.name in found:
                raise WrongName(f"{one.plugin}: the schedule {schedule.name!r} needs a name of its own, {one.plugin}.…")
            found[schedule.name] = (schedule, one.plugin)
    return found


def due(schedule: Schedule, *, last: datetime | None, now: datetime) -> bool:
    """Whether a schedule's time has come since it last started; one that never ran is due at once."""
    if last is None:
        return True
    if schedule.every is not None:
        return now >= last + schedule.every
    local = timezone.localtime(now)
    assert schedule.daily_at is not None  # noqa: S101 — Schedule holds one of the two
    today = local.replace(
        hour=schedule.daily_at.hour, minute=schedule.daily_at.minute, second=schedule.daily_at.second, microsecond=0
    )
    return last < (today if local >= today else today - timedelta(days=1))


def run_if_due(schedule: Schedule, plugin: str, *, now: datetime | None = None) -> bool:
    """Run a schedule if its time has come, its plugin is on and no other process has it; returns whether it ran.

    An error of the schedule is logged and kept beside it, and its next time comes as usual.
    """
    moment = now or timezone.now()
    snapshot = read(None)
    if plugin and not snapshot.is_on(plugin):
        return False
    last = ScheduleRun.objects.get_or_create(name=schedule.name)[0].started_at
    if not due(schedule, last=last, now=moment) or not _take(schedule, last, moment):
        return False
    error = ""
    try:
        with using(snapshot):
            schedule.run()
    # A stranger's code: whatever it raises stays with its schedule, and the others go on.
    except (Exception, SystemExit) as failure:
        logger.exception("schedule %s failed", schedule.name)
        error = f"{type(failure).__name__}: {failure}"
    ScheduleRun.objects.filter(name=schedule.name, started_at=moment).update(
        finished_at=timezone.now(), lease_until=None, error=error
    )
    return True


def _take(schedule: Schedule, last: datetime | None, now: datetime) -> bool:
    # One statement decides: whoever finds the row as it was read has it, everybody else finds it moved.
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    mine = ScheduleRun.objects.filter(free, name=schedule.name, started_at=last)
    return bool(mine.update(started_at=now, finished_at=None, lease_until=now + (schedule.lease or LEASE)))
