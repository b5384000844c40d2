"""Keeping the schedules: APScheduler asks every few seconds whose time has come; the lease decides who runs it."""

from __future__ import annotations

from typing import Any

from django.db import close_old_connections

from civicnet.contract import Schedule
from civicnet.lifecycle.schedules import run_if_due, schedules

_LOOK_EVERY = 20


def keep(scheduler: Any) -> None:
    """Give an APScheduler every schedule of the host and the plugins.

    It is asked often and answered by the database, so that a run missed while nothing was up is made up for at once,
    and two processes never do the same work.
    """
    for name, (schedule, plugin) in schedules().items():
        scheduler.add_job(
            _look,
            "interval",
            seconds=_LOOK_EVERY,
            jitter=5,
            id=name,
            args=(schedule, plugin),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )


def _look(schedule: Schedule, plugin: str) -> None:
    close_old_connections()
    try:
        run_if_due(schedule, plugin)
    finally:
        close_old_connections()
