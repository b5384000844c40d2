"""``civicnet demo``: a working city on this machine, with one real day behind it."""

from __future__ import annotations

import json
import signal
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from civicnet_site.serving import NotServing, serving, wait_until_it_answers

try:
    from civicnet_site.demo.browser import DayFailed
    from civicnet_site.demo.day import live_through
except ModuleNotFoundError as error:
    raise CommandError(f"the demo needs {error.name}: install requirements/demo.txt, or type `make demo`") from error


class Command(BaseCommand):
    help = "Set up the demo city, live one day in it over HTTP, and serve it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to serve, and whether to stop after the day."""
        parser.add_argument("--once", action="store_true", help="live the day, print one JSON object, and exit")
        parser.add_argument("--set-up", action="store_true", help="set up the city without living a day, and exit")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, once: bool, set_up: bool, port: int, **options: Any) -> None:
        """Set up, serve with two processes and a worker, and live the day unless it was lived before."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        began = time.monotonic()
        out = sys.stderr if once else sys.stdout

        def say(line: str) -> None:
            # Progress goes beside the result: the last line of standard output is the JSON object alone.
            out.write(f"[{time.monotonic() - began:5.1f} s] {line}\n")
            out.flush()

        say("Preparing the database and static files …")
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        from civicnet_site.demo.city import a_day_was_lived, set_up_city

        say("Setting up the city …")
        if set_up:
            set_up_city(port=port)
            return
        try:
            with serving(port=port, workers=2) as server:
                # The server boots meanwhile; nobody asks it anything before the city stands.
                city = set_up_city(port=port)
                wait_until_it_answers(port=port, server=server)
                if once or not a_day_was_lived():
                    result = live_through(base=f"http://127.0.0.1:{port}", city=city, files=settings.VAR_DIR, say=say)
                if not once:
                    self._introduce(port, city.password)
                    server.wait()
        except (NotServing, DayFailed) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("")
            return
        if once:
            self.stdout.write(json.dumps(result | {"seconds": round(time.monotonic() - began, 1)}, ensure_ascii=False))

    def _introduce(self, port: int, password: str) -> None:
        from civicnet_site.demo.people import PEOPLE

        lines = [
            "",
            f"  政府网站 government site      http://127.0.0.1:{port}/",
            f"  党建网站 Party-building site  http://localhost:{port}/",
            f"  管理后台 administration       http://127.0.0.1:{port}/admin/",
            f"  网格员手机页 workers' desk    http://127.0.0.1:{port}/desk/",
            f"  GraphQL                       http://127.0.0.1:{port}/graphql/",
            "",
            f"  登录 logins (password for all: {password})",
            *(f"    {person.username:<11} {person.role.value}" for person in PEOPLE),
            "",
            "  Ctrl-C ends it.",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
