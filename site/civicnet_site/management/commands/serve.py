"""``civicnet serve``: serve what is there, with its background worker, until Ctrl-C."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from civicnet.lifecycle.rehearsal import warm_up
from civicnet_site.serving import NotServing, serving, wait_until_it_answers


class Command(BaseCommand):
    help = "Serve on 127.0.0.1 with a production WSGI server and the background worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Port, number of server processes, and whether the worker runs elsewhere."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--no-background", action="store_true", help="the background worker runs elsewhere")
        parser.add_argument("--no-collect", action="store_true", help="the static files have been collected already")

    def handle(
        self, *args: Any, port: int, workers: int, no_background: bool, no_collect: bool, **options: Any
    ) -> None:
        """Collect static files, start, and wait."""
        # A strict host ends here, and not again and again in each process that cannot come up.
        warm_up()
        if not no_collect:
            call_command("collectstatic", interactive=False, verbosity=0)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            # A server gives up when two of its processes are killed one soon after the other: it begins anew, and what
            # cannot come up is told by the wait.
            while True:
                with serving(port=port, workers=workers, background=not no_background) as server:
                    wait_until_it_answers(port=port, server=server)
                    self.stdout.write(f"http://127.0.0.1:{port}/  (Ctrl-C ends it)")
                    server.wait()
        except NotServing as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("")
