"""``civicnet resume_imports``: wake imports whose worker died, as a supervisor does at its start."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from civicnet.exchange.services import resume_stalled


class Command(BaseCommand):
    help = "Put imports whose worker died, or whose plugin is on again, back into the queue."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many."""
        self.stdout.write(f"{resume_stalled()} imports go on")
