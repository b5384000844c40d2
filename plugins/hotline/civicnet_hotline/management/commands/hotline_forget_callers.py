"""``civicnet hotline_forget_callers``: for a nightly schedule."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from civicnet.access.actors import SYSTEM
from civicnet_hotline.services import forget_callers


class Command(BaseCommand):
    help = "Erase callers' names and numbers whose retention is over. Runs also while the plugin is off."

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget, and say how many."""
        self.stdout.write(f"Callers forgotten: {forget_callers(actor=SYSTEM)}")
