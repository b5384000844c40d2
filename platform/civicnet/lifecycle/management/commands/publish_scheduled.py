"""``civicnet publish_scheduled``: Wagtail's command, done our way, for whoever starts it from a timetable of their own."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civicnet.lifecycle.due_pages import PagesNotSettled, settle_due_pages


class Command(BaseCommand):
    help = "Publish and withdraw the pages that are due. The worker does so by itself within the minute."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many came or went, or which could not."""
        try:
            done = settle_due_pages()
        except PagesNotSettled as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"pages settled: {done}")
