"""``civicnet plugins``: list what is loaded, and move switches from the command line."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civicnet.contract import Actor, CivicNetError
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.load_report import report, retry
from civicnet.lifecycle.preflight import HostFails


class Command(BaseCommand):
    help = "List plugins, try again which can be loaded, or switch one on or off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``list``, ``retry``, ``on SLUG`` or ``off SLUG``, the last two with ``--reason``."""
        parser.add_argument("act", choices=["list", "retry", "on", "off"])
        parser.add_argument("slug", nargs="?")
        parser.add_argument("--reason", default="", help="why the switch moves; kept in the audit")

    def handle(self, *args: Any, act: str, slug: str | None, reason: str, **options: Any) -> None:
        """Do it, or say in one sentence why not."""
        if act == "list":
            self.stdout.write("\n".join(report(traces=options["verbosity"] > 1)))
            return
        if act == "retry":
            self._retry()
            return
        if not slug:
            raise CommandError("name the plugin: civicnet plugins on SLUG --reason WHY")
        move = enable_plugin if act == "on" else disable_plugin
        try:
            move(slug=slug, actor=Actor(kind="system", id="cli", label=getpass.getuser()), reason=reason)
        except CivicNetError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{slug}: {act}")

    def _retry(self) -> None:
        try:
            lines, fine = retry()
        except (HostFails, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(lines))
        if not fine:
            raise CommandError("not every plugin loads whole: see above")
