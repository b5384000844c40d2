"""Ending a job before its time: stopped with a sentence, and taken back where it was to be all rows or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from civicnet.contract import CivicNetError
from civicnet.exchange.errors import NotTakenBack, ResourceOff, RowsChanged
from civicnet.exchange.files import Format
from civicnet.exchange.models import ImportJob, JobState, SpoolChunk
from civicnet.exchange.sending import send
from civicnet.exchange.steps import Superseded, actor_of_job, delete_file, locked, wait_for_plugin
from civicnet.ledger.images import Image
from civicnet.ledger.services import record


@contextmanager
def ended_properly(job_id: UUID) -> Iterator[None]:
    """Around work on a job: it waits where its plugin is off, stops with the sentence of a refusal, and is left alone where
    somebody else has gone on with it.
    """
    try:
        yield
    except Superseded:
        return
    except ResourceOff as error:
        wait_for_plugin(job_id, error)
    except CivicNetError as error:
        fail(
            job_id,
            code=error.code,
            sentence=str(error),
            params=error.params if isinstance(error, RowsChanged) else None,
        )


def undo_for() -> timedelta:
    """For how long an import can be taken back."""
    return timedelta(days=settings.CIVICNET_IMPORT_UNDO_DAYS)


def images(job: ImportJob) -> int:
    """How many chunks of a job can be taken back."""
    return SpoolChunk.objects.filter(job=job).exclude(image="").count()


def keep_undo(job: ImportJob) -> None:
    """Say until when what is in can be taken back."""
    job.undo_until = timezone.now() + undo_for() if images(job) else None


def hold_promise(job: ImportJob, result: Mapping[str, int], image: Image) -> None:
    """Let a chunk of a job of all rows or none go in only where it could be taken back.

    Raises:
        NotTakenBack: rows were written, and the image says nothing of any.
    """
    if job.all_or_nothing and not image.written and (result.get("created") or result.get("changed")):
        raise NotTakenBack()


def is_promised(job: ImportJob) -> bool:
    """Whether what is in of a job has to go when nobody goes on with it: all rows or none, and not all can follow."""
    stopped = job.state == JobState.APPLYING or (job.state == JobState.FAILED and job.undone_as_promised)
    return job.all_or_nothing and stopped and images(job) > 0


def begin_undo(job: ImportJob, *, as_promised: bool = False) -> None:
    """Have what is in taken back in the background; whoever calls it holds the lock, and saves nothing of the job after.

    ``as_promised``: nobody asks for it, the platform keeps what all or nothing promises; once begun like that, it stays so.
    """
    from civicnet.exchange.tasks import undo_import

    job.undone_as_promised = as_promised or (job.undone_as_promised and job.state == JobState.FAILED)
    job.state = JobState.UNDOING
    job.rows_done, job.rows_total = 0, sum(chunk.rows for chunk in _chunks(job))
    # So long it waits for its plugin.
    job.undo_until = job.undo_until or timezone.now() + undo_for()
    job.attempts, job.beat_at, job.finished_at = 0, timezone.now(), None
    job.save()
    send(undo_import, job)


@transaction.atomic
def fail(job_id: UUID, *, code: str, sentence: str, params: Mapping[str, Any] | None = None) -> None:
    """Stop a job with a sentence, and what fills its gaps where it is one of ours.

    What is in stays in, and the owner may let it go on from there, for which files that rows name are kept, or take it back;
    all-or-nothing takes it back at once.
    """
    job = locked(job_id, JobState.CHECKING, JobState.APPLYING, JobState.UNDOING)
    job.error_code, job.error, job.error_params = code, sentence, dict(params or {})
    record(actor=actor_of_job(job), action="exchange.fail", subject=job, after={"code": code})
    if not (job.state == JobState.APPLYING and job.format == Format.BUNDLE.value):
        transaction.on_commit(partial(delete_file, job))
    if is_promised(job):
        begin_undo(job, as_promised=True)
        return
    if job.state == JobState.UNDOING and not job.undone:
        # Nothing was taken back: all of it is in.
        job.rows_done = job.rows_total
    job.state, job.finished_at = JobState.FAILED, timezone.now()
    keep_undo(job)
    job.save(update_fields=["state", "error_code", "error", "error_params", "rows_done", "finished_at", "undo_until"])


def _chunks(job: ImportJob) -> list[SpoolChunk]:
    return list(SpoolChunk.objects.filter(job=job).exclude(image="").only("kinds"))
