"""Acts on jobs: upload, confirm, cancel, and waking what has stalled."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from functools import partial
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.models import Organisation
from civicnet.access.scope import EVERYWHERE
from civicnet.contract import Actor, require
from civicnet.exchange.choosing import can_choose
from civicnet.exchange.ending import begin_undo, fail, images, is_promised, keep_undo
from civicnet.exchange.errors import FaultyRows, NothingToUndo, WrongState
from civicnet.exchange.files import Format, inspect, name_of
from civicnet.exchange.mapping import Wish
from civicnet.exchange.models import RUNNING, UNDOABLE, ImportJob, JobState, Outcome, SpoolChunk
from civicnet.exchange.offers import offered, resource_named
from civicnet.exchange.permissions import can_import, owns
from civicnet.exchange.repeating import await_others, refuse_repetition, refuse_whole_repetition
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.selectors import can_undo
from civicnet.exchange.sending import is_mute, send
from civicnet.exchange.spool import forget
from civicnet.exchange.steps import Superseded, delete_file, locked, stored
from civicnet.exchange.stops import GAVE_UP, NO_QUEUE, SENTENCES
from civicnet.exchange.tasks import apply_import, check_import, undo_import
from civicnet.ledger.services import record

STALLED_AFTER = timedelta(seconds=30)
# A queue may be long; but a broker may also have lost what was put into it, or not have answered.
LOST_AFTER = timedelta(minutes=10)
MOST_ATTEMPTS = 3


def upload_file(
    *, resource: str, file: BinaryIO, name: str, actor: Actor, check: bool = True, wish: Wish | None = None
) -> ImportJob:
    """Take a file in and have it checked in the background; without ``check`` it waits for ``choose_columns``.

    ``wish`` says beforehand which sheet of it is meant, or which columns are which.

    Raises:
        Refused: the actor may not import such rows.
        ResourceOff: the plugin for such rows is off.
        FileRefused: the file as a whole cannot be read; nothing is kept.
        AlreadyImported: this very file went in before, and there is nothing else in it.
    """
    kind = resource_named(resource)
    require(can_import(actor, kind))
    size = file.seek(0, os.SEEK_END)
    format = inspect(file, name=name, size=size, bundles=kind.takes_files)  # noqa: A001 - the word people use
    job = ImportJob(
        resource=resource,
        file_name=name_of(name),
        format=format.value,
        sha256=digest_of(file),
        owner_id=int(actor.id) if actor.kind == "staff" else None,
        columns=wish.as_json() if wish else None,
    )
    job.organisation = _area(actor, kind)
    refuse_whole_repetition(job)
    with stored(job, file) as keep, transaction.atomic():
        # Before whatever else is done then, for that may fail.
        transaction.on_commit(keep)
        begin_job(job, kind, actor, check=check)
    return job


@transaction.atomic
def begin_job(job: ImportJob, kind: type[ImportResource], actor: Actor, *, check: bool = True) -> None:
    """Keep a job that somebody may begin, whose file is stored, and have it checked.

    Raises:
        AlreadyImported: this very file went in before, and there is nothing else in it.
    """
    job.beat_at = timezone.now()
    job.organisation = _area(actor, kind)
    refuse_whole_repetition(job)
    job.save(force_insert=True)
    record(actor=actor, action="exchange.upload", subject=job, after={"resource": job.resource, "sha256": job.sha256})
    if check:
        send(check_import, job)


def digest_of(file: BinaryIO) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    file.seek(0)
    digest = hashlib.sha256()
    for block in iter(partial(file.read, 1 << 16), b""):
        digest.update(block)
    return digest.hexdigest()


@transaction.atomic
def confirm_job(*, job: ImportJob, actor: Actor, all_or_nothing: bool = False) -> ImportJob:
    """Let the good rows of a checked job go in; or let a job that failed half-way go on.

    ``all_or_nothing``: not if there is any faulty row, and if it cannot go through, what is in is taken back at once. A job
    that goes on keeps what was chosen for it first; to choose this only then is refused.

    Raises:
        Refused: it is not the actor's job, or the right to import such rows was withdrawn.
        ResourceOff: the plugin is off; the job stays as it is.
        WrongState: it cannot be confirmed any more.
        AlreadyImported: the same sheet of the same file went in by another job meanwhile, or is going in.
        FaultyRows: all rows were to go in, and some cannot.
    """
    require(owns(actor, job) and can_import(actor, resource_named(job.resource)))
    await_others(job)
    job = _take(job, JobState.CHECKED, JobState.FAILED)
    if job.state == JobState.FAILED and job.confirmed_at is None:
        raise WrongState(_("The check did not come to an end. Upload the file again."))
    if job.state == JobState.FAILED and all_or_nothing and not job.all_or_nothing:
        raise WrongState(
            _(
                "This import was confirmed for its good rows alone, so it cannot go on as all or nothing. "
                "Let it go on as it is, or undo it and upload the file again."
            )
        )
    if job.undone:
        raise WrongState(_("A part of it was taken back already. Undo the rest, and upload the file again."))
    if _rest_is_forgotten(job):
        raise WrongState(_("The rest of this file was forgotten. Undo what is in, and upload the file again."))
    if not job.good_rows:
        raise WrongState(_("There is no good row in this file. Mend the faults and upload it again."))
    if all_or_nothing and job.count(Outcome.FAULT):
        raise FaultyRows()
    refuse_repetition(job)
    if job.state == JobState.CHECKED:
        job.all_or_nothing = all_or_nothing
        job.rows_done, job.rows_total = 0, job.good_rows
        job.confirmed_at = timezone.now()
    job.state = JobState.APPLYING
    job.attempts, job.beat_at, job.finished_at = 0, timezone.now(), None
    job.error_code = job.error = ""
    job.save()
    record(actor=actor, action="exchange.confirm", subject=job, after={"rows": job.good_rows})
    send(apply_import, job)
    # Good rows are in the spool, and whoever confirms has seen the faults. Files that rows name go in with them.
    if job.format != Format.BUNDLE.value:
        transaction.on_commit(partial(delete_file, job))
    return job


def _rest_is_forgotten(job: ImportJob) -> bool:
    # It was cancelled or given up, and the undo that began then has failed.
    return SpoolChunk.objects.filter(job=job, last_row__gt=job.applied_through, sealed="").exists()


def cancel_job(*, job: ImportJob, actor: Actor) -> ImportJob:
    """Stop a job between two chunks, and forget the rest of the file.

    What is in stays in and can be taken back; an import of all rows or none is taken back at once.

    Raises:
        Refused: it is not the actor's job.
        WrongState: it is over already.
    """
    require(owns(actor, job))
    job = _cancel(job, actor)
    forget(job)
    return job


@transaction.atomic
def _cancel(job: ImportJob, actor: Actor) -> ImportJob:
    # A refused one may still wait for a choice of its columns.
    refused = (JobState.REFUSED,) if can_choose(job) else ()
    job = _take(
        job, JobState.UPLOADED, JobState.CHECKING, JobState.CHECKED, JobState.APPLYING, JobState.FAILED, *refused
    )
    record(
        actor=actor,
        action="exchange.cancel",
        subject=job,
        after={"rows_in": job.applied_through and job.rows_done},
    )
    transaction.on_commit(partial(delete_file, job))
    if is_promised(job):
        begin_undo(job, as_promised=True)
        return job
    job.state, job.finished_at = JobState.CANCELLED, timezone.now()
    keep_undo(job)
    job.save(update_fields=["state", "finished_at", "undo_until"])
    return job


@transaction.atomic
def undo_job(*, job: ImportJob, actor: Actor) -> ImportJob:
    """Have what an import wrote taken back in the background, as far as the actor may import such rows when it comes to that.

    Rows that lie elsewhere, or that somebody has changed or put to use since, stay, and are named.

    Raises:
        Refused: it is not the actor's job, or the right to import such rows was withdrawn.
        ResourceOff: the plugin is off.
        WrongState: it has moved on.
        NothingToUndo: nothing of it is in, or the time for it is over.
    """
    require(owns(actor, job) and can_import(actor, resource_named(job.resource)))
    job = _take(job, *UNDOABLE)
    if not (can_undo(job) and images(job)):
        raise NothingToUndo()
    job.error_code = job.error = ""
    record(actor=actor, action="exchange.begin_undo", subject=job, after=job.result)
    begin_undo(job)
    return job


def resume_stalled() -> int:
    """Wake jobs whose worker died, and those whose plugin is on again; returns how many.

    Cheap enough to be called whenever somebody looks at a job. A job that never gets further is stopped.
    """
    silent = timezone.now() - STALLED_AFTER
    stalled = ImportJob.objects.filter(state__in=RUNNING, beat_at__lt=silent)
    available = offered()
    return sum(
        _resume(job) for job in stalled if job.resource in available and _was_begun(job) and not is_mute(since=silent)
    )


def _was_begun(job: ImportJob) -> bool:
    # What only waits in the queue needs no second place in it, for a while.
    writes = job.state in (JobState.APPLYING, JobState.UNDOING)
    waited = job.beat_at is not None and job.beat_at < timezone.now() - LOST_AFTER
    return bool(job.error_code or job.attempts or waited or (writes and job.rows_done))


@transaction.atomic
def _resume(job: ImportJob) -> bool:
    try:
        fresh = locked(job.pk, JobState(job.state))
        # Whoever begins or goes on with it says so.
        if fresh.beat_at != job.beat_at:
            return False
        if fresh.attempts >= MOST_ATTEMPTS:
            fail(
                fresh.pk,
                code=GAVE_UP,
                sentence=str(SENTENCES[GAVE_UP]),
            )
            return False
    except Superseded:
        return False
    fresh.beat_at = timezone.now()
    if fresh.error_code == NO_QUEUE:
        fresh.error_code = fresh.error = ""
    fresh.save(update_fields=["beat_at", "error_code", "error"])
    act = {JobState.APPLYING: apply_import, JobState.UNDOING: undo_import}.get(JobState(fresh.state), check_import)
    send(act, fresh)
    return True


def _take(job: ImportJob, *states: JobState) -> ImportJob:
    try:
        return locked(job.pk, *states)
    except Superseded as error:
        raise WrongState() from error


def _area(actor: Actor, kind: type[ImportResource]) -> Organisation | None:
    """The smallest organisation that holds all the actor's areas for these rows."""
    paths = actor.paths(kind.permission)
    if EVERYWHERE in paths:
        top: Organisation | None = Organisation.objects.filter(depth=1).order_by("path").first()
        return top
    # Paths of the tree, not of files: signs are compared, then cut to whole steps.
    shared = os.path.commonprefix(paths)  # noqa: RUF071
    while shared:
        shared = shared[: len(shared) - len(shared) % Organisation.steplen]
        found: Organisation | None = Organisation.objects.filter(path=shared).first()
        if found is not None:
            return found
        shared = shared[: -Organisation.steplen]
    return None
