"""``civicnet personal``: hand out or erase all that is held about one person; purge what is past its retention.

Numbers are asked for, or read from standard input: what stands on a command line shows in process lists and histories.
"""

from __future__ import annotations

import getpass
import json
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from civicnet.access.actors import SYSTEM
from civicnet.access.person import Person
from civicnet.access.personal import erase_person, export_person, find_person, purge
from civicnet.contract import CivicNetError

_ASKED = {"id_number": "ID number", "phone": "Phone"}


class Command(BaseCommand):
    help = "Export or erase all that is held about one person, across all plugins, or purge what is past its retention."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``export``, ``erase``, ``purge``."""
        acts = parser.add_subparsers(dest="act", required=True)
        export = acts.add_parser("export", help="write everything held about a person into a file")
        erase = acts.add_parser("erase", help="show what would be erased; with --yes, erase it")
        for act in (export, erase):
            act.add_argument("--id-number", action="store_true", help="ask for the ID number, or read it from stdin")
            act.add_argument("--phone", action="store_true", help="ask for the phone number, or read it from stdin")
            act.add_argument("--account", help="the name the person signs in with")
            act.add_argument("--reason", required=True, help="why; the audit keeps it")
        export.add_argument("--out", required=True, help="a file that does not exist yet; only you can read it")
        erase.add_argument("--yes", action="store_true", help="erase; without it nothing changes")
        acts.add_parser("purge").add_argument("--dry-run", action="store_true", help="count only")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        """Do it, or say in one sentence why not."""
        try:
            getattr(self, f"_{act}")(options)
        except CivicNetError as error:
            raise CommandError(f"{error} [{error.code}]") from error

    def _export(self, options: dict[str, Any]) -> None:
        person, path = self._person(options), Path(options["out"])
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        try:
            told = export_person(person=person, actor=SYSTEM, reason=options["reason"], operator=getpass.getuser())
        except CivicNetError:
            os.close(file)
            path.unlink()
            raise
        with os.fdopen(file, "w", encoding="utf-8") as out:
            json.dump(told, out, ensure_ascii=False, indent=2)
        self.stdout.write(f"{path}: {len(told['records'])} records")
        if told["not_asked"]:
            self.stderr.write(f"not asked, because they could not be loaded: {', '.join(told['not_asked'])}")

    def _erase(self, options: dict[str, Any]) -> None:
        person = self._person(options)
        if options["yes"]:
            done = erase_person(person=person, actor=SYSTEM, reason=options["reason"], operator=getpass.getuser())
            self._tell(done, "erased")
            return
        found = find_person(person)
        for held in found.held:
            fields = ", ".join(held.record.values)
            obstacle = f"  ! {held.record.obstacle.message}" if held.record.obstacle else ""
            self.stdout.write(f"{held.holder} {held.record.model} {held.record.key}: {fields}{obstacle}")
        blocked = len(found.obstacles)
        self.stdout.write(f"{len(found.held)} records, {blocked} in the way; nothing was changed (--yes erases)")

    def _purge(self, options: dict[str, Any]) -> None:
        if options["dry_run"]:
            with transaction.atomic():
                done = purge(actor=SYSTEM)
                transaction.set_rollback(True)
            self._tell(done, "would go")
        else:
            self._tell(purge(actor=SYSTEM), "purged")

    def _tell(self, done: dict[str, int], what: str) -> None:
        for holder, rows in sorted(done.items()):
            self.stdout.write(f"{holder}: {rows} rows {what}")

    def _person(self, options: dict[str, Any]) -> Person:
        asked = {name: _read(label) for name, label in _ASKED.items() if options[name]}
        return Person(**asked, account=options["account"] or "")


def _read(label: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{label}: ").strip()
    return sys.stdin.readline().strip()
