"""``civicnet reload``: renew the processes of a running ``civicnet serve`` one after another, as after installing a plugin."""

from __future__ import annotations

import os
import signal
from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from civicnet_site.serving import process_file


class Command(BaseCommand):
    help = "Renew the processes of the running server one after another; no request is refused meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect what a new plugin brings for browsers, and tell the server; or say that nothing runs."""
        try:
            process = int(process_file().read_text())
            os.kill(process, 0)
            call_command("collectstatic", interactive=False, verbosity=0)
            os.kill(process, signal.SIGHUP)
        except (FileNotFoundError, ProcessLookupError, ValueError) as error:
            raise CommandError(f"nothing serves from {process_file().parent.parent}: start civicnet serve") from error
        self.stdout.write("its processes are being renewed, one after another")
