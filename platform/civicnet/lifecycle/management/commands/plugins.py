"""``civicnet plugins``: list what is loaded, move switches, take a plugin's data out and bring it back."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civicnet.contract import Actor, CivicNetError
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.management.removal import ACTS
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import read


class Command(BaseCommand):
    help = "List plugins, switch one on or off, take one out of the database, or bring it back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``list``, ``on SLUG``, ``off SLUG`` with ``--reason``, and the acts on a plugin's data."""
        subparsers = parser.add_subparsers(dest="act", required=True)
        subparsers.add_parser("list")
        for act in ("on", "off"):
            switch = subparsers.add_parser(act)
            switch.add_argument("slug")
            switch.add_argument("--reason", default="", help="why the switch moves; kept in the audit")
        for one in ACTS.values():
            one.arguments(subparsers.add_parser(one.name, help=one.help))

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        """Do it, or say in one sentence why not."""
        try:
            if act == "list":
                self._list()
            elif act in ACTS:
                ACTS[act].run(options, self.stdout.write)
            else:
                self._switch(act, options["slug"], options["reason"])
        except CivicNetError as error:
            raise CommandError(str(error)) from error

    def _switch(self, act: str, slug: str, reason: str) -> None:
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
