"""``civicnet work``: the background worker, which also keeps the schedules, until it is stopped."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from django.core.management import call_command
from django.core.management.base import BaseCommand

from civicnet.lifecycle.keeping import keep


class Command(BaseCommand):
    help = "Work through the background queues and keep the schedules."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether the schedules are kept elsewhere, by ``civicnet schedules keep``."""
        parser.add_argument("--without-schedules", action="store_true", help="the schedules are kept elsewhere")

    def handle(self, *args: Any, without_schedules: bool, **options: Any) -> None:
        """Start both, and stay."""
        scheduler = BackgroundScheduler()
        if not without_schedules:
            keep(scheduler)
            scheduler.start()
        call_command("db_worker", queue_name="*", interval=0.2, startup_delay=False, reload=False, verbosity=0)
