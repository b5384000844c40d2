"""``civicnet plugins``: look at plugins, move their switches and settings, and what other rooms offer besides."""

from __future__ import annotations

from argparse import ArgumentParser
from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civicnet.contract import CivicNetError
from civicnet.lifecycle.commands import OWN
from civicnet.lifecycle.snapshot import read, using
from civicnet.lifecycle.subcommands import Subcommand, offered


class Command(BaseCommand):
    help = "Look at plugins, and move their switches and settings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-parser for each sub-command."""
        acts = parser.add_subparsers(dest="act", required=True)
        for one in _all().values():
            one.arguments(acts.add_parser(one.name, help=one.help, description=one.help))

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        """Do it, or say in one sentence why not."""
        command = _all()[act]
        try:
            with using(read(None)) if command.needs_database else nullcontext():
                command.run(options, self.stdout.write)
        except CivicNetError as error:
            raise CommandError(str(error)) from error


def _all() -> dict[str, Subcommand]:
    return {one.name: one for one in (*OWN, *offered())}
