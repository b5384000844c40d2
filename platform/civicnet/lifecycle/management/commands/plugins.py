"""``civicnet plugins``: list what is loaded, and move switches from the command line."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civicnet.contract import Actor, CivicNetError
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import read
from civicnet.lifecycle.subcommands import offered


class Command(BaseCommand):
    help = "List plugins, or switch one on or off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``list``, ``on SLUG``, ``off SLUG``, and what other rooms offer."""
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="list what is loaded")
        for name in ("on", "off"):
            move = acts.add_parser(name, help=f"switch a plugin {name}")
            move.add_argument("slug")
            move.add_argument("--reason", default="", help="why the switch moves; kept in the audit")
        for one in offered():
            one.arguments(acts.add_parser(one.name, help=one.help))

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        """Do it, or say in one sentence why not."""
        try:
            if act == "list":
                self._list()
            elif act in ("on", "off"):
                self._move(act, options["slug"], options["reason"])
            else:
                next(one for one in offered() if one.name == act).run(options, self.stdout.write)
        except CivicNetError as error:
            raise CommandError(str(error)) from error

    def _move(self, act: str, slug: str, reason: str) -> None:
        move = enable_plugin if act == "on" else disable_plugin
        move(slug=slug, actor=Actor(kind="system", id="cli", label=getpass.getuser()), reason=reason)
        self.stdout.write(f"{slug}: {act}")

    def _list(self) -> None:
        snapshot = read(None)
        for slug, manifest in registry.manifests.items():
            state = "on" if snapshot.is_on(slug) else "off"
            self.stdout.write(f"{slug:<16} {manifest.version!s:<10} {state}")
        for fault in registry.quarantined:
            self.stdout.write(f"{fault.name:<16} {'':<10} left out: {fault.reason}")
