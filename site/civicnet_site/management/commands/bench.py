"""``civicnet bench NAME``: ours beside its rivals in one run."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

BENCHMARKS = ("audit", "cache", "execution", "gateway", "plugins", "scope")
SETTINGS = "civicnet_site.settings.bench"


class Command(BaseCommand):
    help = "Run a benchmark: medians of paired runs, with the rival's figure beside ours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which one, and whether a program reads the result."""
        parser.add_argument("name", choices=BENCHMARKS)
        parser.add_argument("--json", action="store_true", help="one object a line")

    def handle(self, *args: Any, name: str, json: bool, **options: Any) -> None:
        """Run on the benchmark's own settings and database."""
        if os.environ.get("DJANGO_SETTINGS_MODULE") != SETTINGS:
            self._again(["bench", name, *(["--json"] if json else [])])
            return
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0)
        for figure in importlib.import_module(f"civicnet_site.bench.{name}").run():
            if json:
                self.stdout.write(figure.as_json())
                continue
            verdict = {True: "met", False: "NOT met", None: "no target"}[figure.met]
            self.stdout.write(
                f"{figure.figure:<52} ours {figure.ours:>9} rival {figure.rival:>9} {figure.unit:<11} "
                f"ratio {figure.ratio:>6} target {figure.target} ({verdict})"
            )

    def _again(self, arguments: list[str]) -> None:
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": SETTINGS}
        done = subprocess.run([sys.executable, "-m", "django", *arguments], env=environment, check=False)  # noqa: S603
        if done.returncode:
            raise CommandError("the benchmark did not run through", returncode=done.returncode)
