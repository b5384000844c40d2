"""``civicnet cache purge``: throw away kept answers in every process, and have caches in front of us do the same."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civicnet.contract import CivicNetError
from civicnet.gateway.cache.purging import purge
from civicnet.lifecycle.commands.told import operator


class Command(BaseCommand):
    help = "Throw away kept GraphQL answers, here and in caches in front: those that show something, or all of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to purge by."""
        parser.add_argument("act", choices=["purge"])
        parser.add_argument("keys", nargs="*", metavar="KEY", help="a public type, a global id, or a table")
        parser.add_argument("--all", action="store_true", help="everything")
        parser.add_argument("--reason", default="command line", help="why; kept in the audit")

    def handle(self, *args: Any, act: str, keys: list[str], **options: Any) -> None:
        """Say what was purged; a key that is none purges nothing."""
        if bool(keys) == options["all"]:
            raise CommandError("name keys, or --all: civicnet cache purge PublicityArticle")
        given = {"everything": True} if options["all"] else {"keys": keys}
        try:
            purged = purge(**given, actor=operator(), reason=options["reason"])
        except CivicNetError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"purged: {'everything' if options['all'] else ', '.join(purged)}")
