"""``civicnet bench NAME``: ours beside its rivals in one run."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from civicnet_site.bench.harness import ROUNDS, Figure, Options

BENCHMARKS = (
    *("audit", "cache", "exchange", "execution", "gateway", "plugins", "publicity", "reading", "scope", "search"),
)
# They make databases of their own, one after another.
WITH_OPTIONS = ("exchange", "gateway", "reading", "search")
DATABASES = ("sqlite", "postgresql")
SETTINGS = "civicnet_site.settings.bench"


class Command(BaseCommand):
    help = "Run a benchmark: medians of paired runs, with the rival's figure beside ours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which one, how long, what of it, and whether a program reads the result."""
        parser.add_argument("name", choices=BENCHMARKS)
        parser.add_argument("--json", action="store_true", help="one object a line")
        gateway = parser.add_argument_group("for the gateway, the exchange, reading and the search")
        gateway.add_argument(
            "--only", action="append", default=[], metavar="NAME", help="a figure, or a pattern of names"
        )
        gateway.add_argument("--rounds", type=int, default=ROUNDS, help="how often each contestant has its turn")
        gateway.add_argument("--quick", action="store_true", help="three short rounds: a trial, no figure to quote")
        gateway.add_argument("--database", action="append", default=[], choices=DATABASES, help="both unless named")
        gateway.add_argument("--growth", action="store_true", help="2,000 beside 1,000,000 articles instead (minutes)")
        gateway.add_argument("--memory", action="store_true", help="memory under a long load instead (minutes)")

    def handle(self, *args: Any, name: str, json: bool, **options: Any) -> None:
        """Run on the benchmark's own settings and database."""
        if os.environ.get("DJANGO_SETTINGS_MODULE") != SETTINGS:
            self._again()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        try:
            for figure in self._figures(name, options):
                self.stdout.write(figure.as_json() if json else figure.as_line())
                self.stdout.flush()
        except KeyboardInterrupt:
            raise CommandError("ended before its end", returncode=130) from None

    def _figures(self, name: str, options: dict[str, Any]) -> Iterator[Figure]:
        benchmark = importlib.import_module(f"civicnet_site.bench.{name}")
        if name not in WITH_OPTIONS:
            call_command("migrate", verbosity=0)
            yield from benchmark.run()
            return
        if options["rounds"] < 1:
            raise CommandError("--rounds takes a number from 1.")
        yield from benchmark.run(
            Options(
                only=tuple(options["only"]),
                rounds=options["rounds"],
                quick=options["quick"],
                databases=tuple(options["database"]) or DATABASES,
                growth=options["growth"],
                memory=options["memory"],
            )
        )

    def _again(self) -> NoReturn:
        # In a folder of its own, whatever database and files the person works with.
        var = Path(os.environ.get("CIVICNET_VAR", "var")).resolve() / "bench"
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": SETTINGS, "CIVICNET_VAR": str(var)}
        # In our place, so that Ctrl-C and SIGTERM reach the one that has servers to end.
        os.execve(sys.executable, [sys.executable, "-m", "django", *sys.argv[1:]], environment)  # noqa: S606
