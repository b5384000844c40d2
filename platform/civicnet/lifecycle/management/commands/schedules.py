"""``civicnet schedules``: list the schedules, or keep them: run each when its time comes, until stopped."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from apscheduler.schedulers.blocking import BlockingScheduler
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from civicnet.lifecycle.keeping import keep
from civicnet.lifecycle.models import ScheduleRun
from civicnet.lifecycle.schedules import schedules
from civicnet.lifecycle.snapshot import read


class Command(BaseCommand):
    help = "List the schedules, run one now, or keep them all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``list``, ``run NAME``, ``keep``."""
        parser.add_argument("act", choices=["list", "run", "keep"], nargs="?", default="list")
        parser.add_argument("name", nargs="?")

    def handle(self, *args: Any, act: str, name: str | None, **options: Any) -> None:
        """Do it, or say in one sentence why not."""
        if act == "list":
            self._list()
        elif act == "run":
            self._run(name)
        else:
            scheduler = BlockingScheduler()
            keep(scheduler)
            scheduler.start()

    def _list(self) -> None:
        snapshot = read(None)
        runs = {run.name: run for run in ScheduleRun.objects.all()}
        for name, (schedule, plugin) in sorted(schedules().items()):
            when = f"every {schedule.every}" if schedule.every else f"daily at {schedule.daily_at:%H:%M}"
            run = runs.get(name)
            last = f"{timezone.localtime(run.started_at):%Y-%m-%d %H:%M}" if run and run.started_at else "never"
            state = "resting: its plugin is off" if plugin and not snapshot.is_on(plugin) else ""
            self.stdout.write(f"{name:<28} {when:<22} last: {last}  {run.error if run else ''}{state}".rstrip())

    def _run(self, name: str | None) -> None:
        known = schedules()
        if name not in known:
            raise CommandError(f"name one of: {', '.join(sorted(known))}")
        known[name][0].run()
        self.stdout.write(f"{name}: done")
