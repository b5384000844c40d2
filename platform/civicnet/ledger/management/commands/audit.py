"""``civicnet audit``: verify the ledger or an exported file, export it, seal it, or vouch for what no witness knows."""

from __future__ import annotations

import getpass
import json as formats
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from civicnet.contract import Actor, CivicNetError
from civicnet.ledger import witness
from civicnet.ledger.acknowledging import acknowledge, waiting
from civicnet.ledger.export import export
from civicnet.ledger.findings import Report
from civicnet.ledger.seals import seal
from civicnet.ledger.verify_database import known_keys, verify_database
from civicnet.ledger.verify_file import verify_file


class Command(BaseCommand):
    help = "Verify, export, seal or acknowledge the audit. Verifying ends with status 1 if anything is not as it was written."
    # A file is verified where no database is.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``verify [--file F] [--checkpoints DIR] [--json]``, ``export F``, ``seal``, ``acknowledge [NAME … --reason R]``."""
        acts = parser.add_subparsers(dest="act", required=True)
        check = acts.add_parser("verify", help="look at every record, seal and line of the witness")
        check.add_argument("--file", type=Path, help="an exported file instead of the database")
        check.add_argument("--checkpoints", type=Path, help="the folder of the witness, if not the one of the settings")
        check.add_argument("--json", action="store_true", help="one object, for programs")
        write = acts.add_parser("export", help="write everything into a new file of lines; .gz is compressed")
        write.add_argument("path", type=Path)
        acts.add_parser("seal", help="tie all chains together as far as they have come")
        vouch = acts.add_parser("acknowledge", help="show what lacks only its witness; with names, vouch for it")
        vouch.add_argument("names", nargs="*", metavar="NAME", help="a chain, or a seal as in seal:4")
        vouch.add_argument("--reason", default="", help="what happened, and how you know that the records are genuine")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        """Do it, and say in one sentence how it ended."""
        if act == "verify":
            self._verify(options["file"], options["checkpoints"], options["json"])
        elif act == "export":
            self._export(options["path"])
        elif act == "acknowledge":
            self._acknowledge(options["names"], options["reason"])
        else:
            made = seal(actor=_cli())
            self.stdout.write(f"seal {made.number}: {made.records} records" if made else "nothing new to seal")

    def _verify(self, path: Path | None, folder: Path | None, json: bool) -> None:
        for given in (path, folder):
            if given is not None and not given.exists():
                raise CommandError(f"there is no {given}")
        report = (
            verify_file(path, folder=folder or _there(), keys=known_keys()) if path else verify_database(folder=folder)
        )
        if json:
            self.stdout.write(formats.dumps(report.as_json(), ensure_ascii=False))
        else:
            self._tell(report)
        if not report.is_sound:
            raise SystemExit(1)

    def _tell(self, report: Report) -> None:
        for one in report.findings:
            place = "" if one.position is None else f" {one.position}"
            self.stdout.write(f"{one.code:<18} {_harmless(one.chain):<32}{place}  {one.sentence}")
        for sentence in (report.verdict(), *report.remarks()):
            self.stdout.write(sentence)

    def _acknowledge(self, names: list[str], reason: str) -> None:
        if not names:
            for name, rows in waiting(verify_database()).items():
                for row in rows:
                    self.stdout.write(
                        _harmless(f"{name}  {row.at:%Y-%m-%d %H:%M:%S%z}  {row.actor_kind}:{row.actor_id}  {row}")
                    )
            return
        try:
            for name in acknowledge(names=names, actor=_cli(), reason=reason, operator=getpass.getuser()):
                self.stdout.write(f"{name}: acknowledged")
        except (CivicNetError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"cannot write the witness: {error.strerror}") from error

    def _export(self, path: Path) -> None:
        try:
            count = export(path)
        except OSError as error:
            raise CommandError(f"cannot write {path}: {error.strerror}") from error
        self.stdout.write(f"{path}: {count} records")


def _cli() -> Actor:
    return Actor(kind="system", id="cli", label=getpass.getuser())


def _harmless(text: str) -> str:
    # What is verified may be forged, and must not steer the terminal that says so.
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _there() -> Path | None:
    kept = witness.folder()
    return kept if kept and kept.is_dir() else None
