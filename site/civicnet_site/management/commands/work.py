"""``civicnet work``: the background worker, which also keeps the schedules, until it is stopped."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from civicnet.lifecycle.keeping import keep
from civicnet_site.serving import give_way


class Command(BaseCommand):
    help = "Work through the background queues and keep the schedules."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether the schedules are kept elsewhere, by ``civicnet schedules keep``; with Celery, how many processes work."""
        parser.add_argument("--processes", type=int, default=1, help="how many tasks at once, with Celery (1)")
        parser.add_argument("--without-schedules", action="store_true", help="the schedules are kept elsewhere")

    def handle(self, *args: Any, without_schedules: bool, processes: int, **options: Any) -> None:
        """Start both, and stay."""
        if processes != 1 and settings.CIVICNET_TASKS == "database":
            raise CommandError("Start the command once more for each further process: only Celery has several in one.")
        give_way()
        scheduler = BackgroundScheduler()
        if not without_schedules:
            keep(scheduler)
            scheduler.start()
        if settings.CIVICNET_TASKS != "database":
            _celery(processes)
            return
        call_command("db_worker", queue_name="*", interval=0.2, startup_delay=False, reload=False, verbosity=0)


def _celery(processes: int) -> None:
    # Installed only where it is asked for.
    from civicnet_site.celery_app import app

    # Workers need not know of each other; each in a process of its own, so that the one that takes tasks in always answers.
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    app.worker_main(["worker", "--pool", "prefork", "--concurrency", str(processes), *quiet])
