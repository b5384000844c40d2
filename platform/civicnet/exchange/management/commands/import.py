"""``civicnet import``: check a file as the screens do, say what is wrong, let its good rows in, and take them back."""  # noqa: N999 — the word people type

from __future__ import annotations

import getpass
import json
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from civicnet.access.actors import staff_actor
from civicnet.access.models import User
from civicnet.contract import Actor, CivicNetError
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.choosing import can_choose
from civicnet.exchange.mapping import Wish
from civicnet.exchange.models import ImportJob, JobState, Outcome
from civicnet.exchange.offers import importable
from civicnet.exchange.preview import kind_counts
from civicnet.exchange.selectors import findings, own_jobs, sentence
from civicnet.exchange.services import cancel_job, confirm_job, resume_stalled, undo_job, upload_file
from civicnet.exchange.stops import error_sentence
from civicnet.exchange.undoing import run_undo

# Beside 1 for what was refused or failed, and argparse's 2.
SOME_ROWS_FAULTY = 3


class Command(BaseCommand):
    help = "Import a file: check it, and let its rows in with --confirm; or take an import back with --undo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``import RESOURCE FILE [--confirm] [--all-or-nothing] [--sheet NAME] [--as USERNAME] [--json] [--most N]``, or
        ``import --undo JOB [--as USERNAME] [--json] [--most N]``.
        """
        parser.add_argument("resource", nargs="?", help='the kind of rows, such as "grid.roster"')
        parser.add_argument("file", nargs="?", type=Path, help=".xlsx, .xls, .ods, .csv or .tsv")
        parser.add_argument("--undo", type=UUID, metavar="JOB", help="take back what this import wrote, instead")
        parser.add_argument("--confirm", action="store_true", help="let the good rows in; otherwise nothing is changed")
        parser.add_argument("--all-or-nothing", action="store_true", help="let no row in while any is faulty")
        parser.add_argument("--sheet", default="", help="the sheet to read; without it the one that fits best")
        parser.add_argument("--as", dest="username", default="", help="act as this person, with what their posts allow")
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        parser.add_argument("--most", type=_count, default=100, metavar="N", help="how many faults are told (100)")

    def handle(self, *args: Any, resource: str | None, file: Path | None, undo: UUID | None, **options: Any) -> None:
        """Do it; exits with 0 if every row is good, 3 if some are faulty, 1 if nothing could be done."""
        actor = _actor(options["username"])
        try:
            if undo and not (resource or options["confirm"] or options["all_or_nothing"] or options["sheet"]):
                job = _undone(undo, actor)
            elif resource and file and not undo:
                job = _imported(resource, file, actor, options)
            else:
                raise CommandError(_("Name the kind of rows and a file, or only an import with --undo."), returncode=2)
        except CivicNetError as error:
            raise CommandError(f"{error} [{error.code}]") from error
        told = _told(job, options["most"], undone=undo is not None)
        _let_go(job, actor)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self._say(told, options["confirm"])
        if code := _code(job, told):
            sys.exit(code)

    def _say(self, told: dict[str, Any], confirm: bool) -> None:
        self._say_counts(told)
        for one in told["findings"]:
            place = _("Row %(row)d, %(column)s") % one if one["column"] else _("Row %(row)d") % one
            self.stdout.write(f"  {place}: {one['message']} [{one['code']}]")
        if told["findings_left"]:
            self.stdout.write(_("  … and %(count)d more.") % {"count": told["findings_left"]})
        if told["error"]:
            self.stderr.write(f"{told['error']['message']} [{told['error']['code']}]")
        elif told["state"] == JobState.APPLIED:
            self.stdout.write(_("Imported."))
        elif told["state"] == JobState.CHECKED and not confirm:
            self.stdout.write(_("Nothing was changed. Say --confirm to let the good rows in."))

    def _say_counts(self, told: dict[str, Any]) -> None:
        if told["undone"]:
            self.stdout.write(
                _("%(removed)d entries removed, %(restored)d back to their former values, %(left)d left as they are.")
                % told["undone"]
            )
            return
        rows = told["rows"]
        self.stdout.write(_("%(NEW)d new, %(CHANGED)d changed, %(UNCHANGED)d unchanged, %(FAULT)d faulty rows.") % rows)
        if told["left_out"]:
            self.stdout.write(
                _("%(count)d rows were left out: totals, lines below the table, examples.")
                % {"count": told["left_out"]}
            )


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(_("%(text)s is no number of faults: 0 or more.") % {"text": text})
    return int(text)


def _code(job: ImportJob, told: dict[str, Any]) -> int:
    """What the command ends with."""
    if told["undone"] and job.state == JobState.UNDONE:
        return SOME_ROWS_FAULTY if job.undone["left"] else 0
    if job.state not in (JobState.CHECKED, JobState.APPLIED):
        return 1
    return SOME_ROWS_FAULTY if job.count(Outcome.FAULT) or job.result.get("left") else 0


def _actor(username: str) -> Actor:
    if not username:
        return Actor(kind="system", id="cli", label=getpass.getuser())
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise CommandError(_("There is no active person %(name)s.") % {"name": username})
    return staff_actor(person)


def _imported(resource: str, file: Path, actor: Actor, options: dict[str, Any]) -> ImportJob:
    job = _checked(resource, file, options["sheet"], actor)
    if options["confirm"] and job.state == JobState.CHECKED:
        job = _applied(job, actor, all_or_nothing=options["all_or_nothing"])
    return job


def _undone(pk: UUID, actor: Actor) -> ImportJob:
    job = own_jobs(actor).filter(pk=pk).first()
    if job is None:
        raise CommandError(
            _("There is no import %(job)s of yours. Say --as with the name of the person who brought it in.")
            % {"job": pk}
        )
    undo_job(job=job, actor=actor)
    run_undo(job.pk)
    return _awaited(job)


def _checked(resource: str, path: Path, sheet: str, actor: Actor) -> ImportJob:
    known = [one.key for one in importable(actor)]
    if resource not in known:
        raise CommandError(
            _("There is nothing called %(name)s to import here. There are: %(known)s.")
            % {"name": resource, "known": ", ".join(known) or "-"}
        )
    if not path.is_file():
        raise CommandError(_("There is no file %(name)s.") % {"name": path})
    with path.open("rb") as file:
        # Checked here and now, not by the worker: whoever typed this waits for the answer.
        wish = Wish({}, sheet) if sheet else None
        job = upload_file(resource=resource, file=file, name=path.name, actor=actor, check=False, wish=wish)
    run_check(job.pk)
    job.refresh_from_db()
    return job


def _applied(job: ImportJob, actor: Actor, *, all_or_nothing: bool) -> ImportJob:
    try:
        confirm_job(job=job, actor=actor, all_or_nothing=all_or_nothing)
    except CivicNetError:
        cancel_job(job=job, actor=actor)
        raise
    # The worker was told as well; whichever of the two comes second leaves the job alone.
    run_apply(job.pk)
    return _awaited(job)


def _awaited(job: ImportJob) -> ImportJob:
    job.refresh_from_db()
    while job.is_running and not job.error_code:
        time.sleep(0.5)
        resume_stalled()
        job.refresh_from_db()
    return job


def _let_go(job: ImportJob, actor: Actor) -> None:
    """What was only checked is forgotten: nobody could go on with it."""
    if job.state == JobState.CHECKED or can_choose(job):
        cancel_job(job=ImportJob.objects.get(pk=job.pk), actor=actor)


def _told(job: ImportJob, most: int, *, undone: bool) -> dict[str, Any]:
    bad = findings(job).filter(outcome__in=(Outcome.LEFT,) if undone else (Outcome.FAULT, Outcome.LEFT))
    return {
        "job": str(job.pk),
        "resource": job.resource,
        "state": job.state,
        "rows": kind_counts(job),
        "left_out": job.count(Outcome.SKIPPED),
        "result": job.result,
        "undone": job.undone,
        "error": {"code": job.error_code, "message": error_sentence(job)} if job.error_code else None,
        "findings": [
            {"row": one.row, "column": one.column, "code": one.code, "message": sentence(one, job)}
            for one in bad[:most]
        ],
        "findings_left": max(bad.count() - most, 0),
    }
