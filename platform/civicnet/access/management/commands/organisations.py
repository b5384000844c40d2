"""``civicnet organisations``: load the tree from division tables, and check that it stands."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from civicnet.access.actors import SYSTEM
from civicnet.access.division_files import read_divisions
from civicnet.access.models import Organisation
from civicnet.access.organisations import load_divisions
from civicnet.contract import CivicNetError


class Command(BaseCommand):
    help = "Load organisations from division tables, or check the tree."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two deeds."""
        deeds = parser.add_subparsers(dest="deed", required=True)
        load = deeds.add_parser("load", help="add the divisions of CSV files that are not there yet, parents first")
        load.add_argument("files", nargs="+", type=Path, metavar="FILE.csv", help="plain or packed as .csv.xz")
        load.add_argument("--root", default="", help="only this division and what lies below it; it stands at the top")
        deeds.add_parser("check", help="say whether the tree is whole")

    def handle(self, *args: Any, deed: str, **options: Any) -> None:
        """Do it, and say what came of it."""
        if deed == "check":
            self._check()
            return
        missing = [str(path) for path in options["files"] if not path.is_file()]
        if missing:
            raise CommandError(_("There is no file %(files)s.") % {"files": ", ".join(missing)})
        try:
            added = load_divisions(divisions=read_divisions(options["files"], root=options["root"]), actor=SYSTEM)
        except CivicNetError as error:
            raise CommandError(_("Nothing was loaded. %(error)s") % {"error": error}) from error
        self.stdout.write(_("%(added)d organisations added.") % {"added": added})

    def _check(self) -> None:
        problems = sum(len(found) for found in Organisation.find_problems())
        if problems:
            raise CommandError(_("%(count)d organisations do not stand where they say.") % {"count": problems})
        self.stdout.write(_("The tree of %(count)d organisations is whole.") % {"count": Organisation.objects.count()})
