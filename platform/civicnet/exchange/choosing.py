"""Choosing columns: what a file offers, what its owner chooses, and what is remembered of that for the next file."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from civicnet.contract import Actor, require
from civicnet.exchange.errors import MENDED_BY_CHOICE, HeadingsUnknown, WrongState
from civicnet.exchange.files import Format
from civicnet.exchange.finding import Candidate, Table, find_table, survey
from civicnet.exchange.headings import canonical
from civicnet.exchange.mapping import MOST_TOLD, ColumnMap, Wish, decisions
from civicnet.exchange.models import ColumnMapping, ImportJob, JobState
from civicnet.exchange.offers import resource_named
from civicnet.exchange.permissions import can_import, owns
from civicnet.exchange.reading import Book, opened
from civicnet.exchange.repeating import refuse_repetition
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.sending import send
from civicnet.exchange.steps import Superseded, local_copy, locked
from civicnet.ledger.services import record

# So that nobody's list grows without end; the oldest go first.
MOST_REMEMBERED = 300
_CHANGED = ("columns", "state", "attempts", "beat_at", "finished_at", "error_code", "error_params", "error")


def candidates_of(*, job: ImportJob, actor: Actor) -> tuple[Candidate, ...]:
    """The sheets of a job's file with a guess for each column, the best first. The file is opened, its rows are not read.

    Raises:
        Refused: it is not the actor's job, or the right to import such rows was withdrawn.
        ResourceOff: the plugin is off.
        WrongState: the file is not there any more.
        FileRefused: it cannot be read.
    """
    kind = resource_named(job.resource)
    require(owns(actor, job) and can_import(actor, kind))
    if not can_choose(job):
        raise WrongState()
    with local_copy(job) as path, opened(path, Format(job.format)) as book:
        return survey(book, kind, _remembered(job.owner_id, job.resource))


@transaction.atomic
def choose_columns(*, job: ImportJob, columns: ColumnMap, actor: Actor, remember: bool = True) -> ImportJob:
    """Have the file checked, again if it was, with these columns; nothing of an earlier check stays.

    Raises:
        Refused: it is not the actor's job, or the right to import such rows was withdrawn.
        ResourceOff: the plugin is off.
        MappingRefused: the choice cannot be used.
        WrongState: the job has moved on.
        AlreadyImported: the same sheet of the same file went in with these columns before.
    """
    # The task leads to the check, which asks this module for its table.
    from civicnet.exchange.tasks import check_import

    kind = resource_named(job.resource)
    require(owns(actor, job) and can_import(actor, kind))
    columns.checked(kind)
    job = _take(job)
    job.columns = columns.as_json()
    refuse_repetition(job)
    job.state, job.attempts, job.beat_at, job.finished_at = JobState.UPLOADED, 0, timezone.now(), None
    job.error_code, job.error, job.error_params = "", "", {}
    job.save(update_fields=_CHANGED)
    if remember:
        remember_mapping(resource=job.resource, columns=columns, actor=actor)
    record(actor=actor, action="exchange.choose_columns", subject=job, after={"columns": len(columns.fields)})
    send(check_import, job)
    return job


@transaction.atomic
def remember_mapping(*, resource: str, columns: ColumnMap, actor: Actor) -> None:
    """Keep what of a choice our own names would not have told; a host's command has nobody to remember it for.

    Raises:
        ResourceOff: the plugin is off.
        Refused: the actor may not import such rows.
        MappingRefused: the choice cannot be used.
    """
    kind = resource_named(resource)
    require(can_import(actor, kind))
    chosen = decisions(columns.checked(kind), kind)
    if actor.kind != "staff":
        return
    kept, _made = ColumnMapping.objects.select_for_update().get_or_create(owner_id=int(actor.id), resource=resource)
    # What our own names tell needs no memory, whatever was chosen before.
    seen = {canonical(heading) for heading in columns.theirs}
    older = {heading: field for heading, field in kept.fields.items() if heading not in seen}
    kept.fields = dict(list((older | chosen).items())[-MOST_REMEMBERED:])
    kept.save(update_fields=["fields", "updated_at"])


def remembered_mapping(*, resource: str, actor: Actor) -> dict[str, str]:
    """What the actor chose before for such rows, as ``guess`` takes it; nothing for anybody but a person."""
    return _remembered(int(actor.id), resource) if actor.kind == "staff" else {}


def can_choose(job: ImportJob) -> bool:
    """Whether the columns of a job's file can be chosen: it was not read yet, waits, or was refused for its columns."""
    if not job.file.name:
        return False
    if job.state == JobState.REFUSED:
        return job.error_code in MENDED_BY_CHOICE
    return job.state in (JobState.UPLOADED, JobState.CHECKED)


def table_of(job: ImportJob, book: Book, kind: type[ImportResource]) -> Table:
    """The table of a job's file: as it was read before or its owner chose it, else as it is found with what they chose before,
    or said as they began.

    Raises:
        FileRefused: there is none that fits.
    """
    columns, wish = ColumnMap.from_json(job.columns), Wish.from_json(job.columns)
    # A plugin may have been changed since.
    if columns and not kind.columns().keys() >= set(columns.fields.values()):
        columns = None
    remembered = wish.remembered() if wish and wish.fields else _remembered(job.owner_id, job.resource)
    found = find_table(book, kind, columns=columns, remembered=remembered, sheet=wish.sheet if wish else "")
    if wish and (unknown := wish.unknown(found.columns.theirs)):
        raise HeadingsUnknown(headings="、".join(unknown[:MOST_TOLD]))
    return found


def _remembered(owner: int | None, resource: str) -> dict[str, str]:
    found = ColumnMapping.objects.filter(owner_id=owner, resource=resource).values_list("fields", flat=True).first()
    return dict(found or {})


def _take(job: ImportJob) -> ImportJob:
    try:
        job = locked(job.pk, JobState.UPLOADED, JobState.CHECKED, JobState.REFUSED)
    except Superseded as error:
        raise WrongState() from error
    if not can_choose(job):
        raise WrongState()
    return job
