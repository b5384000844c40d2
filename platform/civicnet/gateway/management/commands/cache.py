"""``civicnet cache purge``: throw away kept answers in every process."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civicnet.contract import CivicNetError
from civicnet.gateway.cache.purging import purge, purge_everything


class Command(BaseCommand):
    help = "Throw away kept GraphQL answers in every process: those that show something, or all of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to purge by."""
        parser.add_argument("act", choices=["purge"])
        parser.add_argument("keys", nargs="*", metavar="KEY", help="a public type, a global id, or a table")
        parser.add_argument("--all", action="store_true", help="everything")

    def handle(self, *args: Any, act: str, keys: list[str], **options: Any) -> None:
        """Say what was purged; a key that is none purges nothing."""
        if bool(keys) == options["all"]:
            raise CommandError("name keys, or --all: civicnet cache purge PublicityArticle")
        if options["all"]:
            purge_everything()
            self.stdout.write("purged: everything")
            return
        try:
            self.stdout.write(f"purged: {', '.join(purge(keys))}")
        except CivicNetError as error:
            raise CommandError(str(error)) from error
