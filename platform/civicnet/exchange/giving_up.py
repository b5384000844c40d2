"""Giving up: files nobody goes on with in time, and undos whose plugin stays off until the time for them is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from civicnet.contract import Actor
from civicnet.exchange.ending import begin_undo, is_promised, keep_undo
from civicnet.exchange.models import ImportJob, JobState, SpoolChunk
from civicnet.exchange.offers import offered
from civicnet.exchange.spool import forget
from civicnet.exchange.steps import delete_file
from civicnet.exchange.stops import SENTENCES, UNDO_WAITED_TOO_LONG, WAITED_TOO_LONG
from civicnet.ledger.services import record

OPEN = (JobState.UPLOADED, JobState.CHECKING, JobState.CHECKED, JobState.APPLYING, JobState.FAILED)
CHUNK = 200


def waits_for() -> timedelta:
    """For how long a file waits for its confirmation, and an undo at least for its plugin."""
    return timedelta(days=settings.CIVICNET_IMPORT_WAIT_DAYS)


def give_up(*, now: datetime, actor: Actor) -> int:
    """Give up files and undos nobody could go on with; returns how many.

    What a file has brought in stays, and its owner may take it back like that of a cancelled one; an import of all rows or
    none is taken back, as soon as its plugin is on. An undo waits until ``undo_until``, and no less than a file does.
    """
    last = Greatest("created_at", Coalesce("confirmed_at", "created_at"), Coalesce("beat_at", "created_at"))
    silent = ImportJob.objects.annotate(last=last).filter(last__lt=now - waits_for())
    files = silent.filter(state__in=OPEN)
    late = silent.filter(state=JobState.UNDOING).exclude(undo_until__gte=now).exclude(resource__in=offered())
    return _all_of(files, _give_up_file, actor) + _all_of(late, _give_up_undo, actor)


def _all_of(jobs: QuerySet[ImportJob], act: Callable[[ImportJob, Actor], None], actor: Actor) -> int:
    done = 0
    while some := _some_of(jobs, act, actor):
        done += some
    return done


@transaction.atomic
def _some_of(jobs: QuerySet[ImportJob], act: Callable[[ImportJob, Actor], None], actor: Actor) -> int:
    # Once more under the lock: somebody may have gone on with one meanwhile.
    some = jobs.order_by("pk").values_list("pk", flat=True)[:CHUNK]
    taken = list(jobs.select_for_update().filter(pk__in=list(some)))
    for job in taken:
        act(job, actor)
        forget(job)
        if job.state == JobState.CANCELLED:
            SpoolChunk.objects.filter(job=job, image="").delete()
        transaction.on_commit(partial(delete_file, job))
    return len(taken)


def _give_up_file(job: ImportJob, actor: Actor) -> None:
    job.error_code, job.error = WAITED_TOO_LONG, str(SENTENCES[WAITED_TOO_LONG])
    rows_in = job.applied_through and job.rows_done
    record(actor=actor, action="exchange.give_up", subject=job, after={"rows_in": rows_in})
    if is_promised(job):
        begin_undo(job, as_promised=True)
        return
    job.state, job.finished_at = JobState.CANCELLED, timezone.now()
    keep_undo(job)
    job.save(update_fields=["state", "finished_at", "undo_until", "error_code", "error"])


def _give_up_undo(job: ImportJob, actor: Actor) -> None:
    job.error_code, job.error = UNDO_WAITED_TOO_LONG, str(SENTENCES[UNDO_WAITED_TOO_LONG])
    record(actor=actor, action="exchange.give_up_undo", subject=job, after=job.undone)
    SpoolChunk.objects.filter(job=job).update(image="")
    job.state, job.finished_at, job.undo_until = JobState.CANCELLED, timezone.now(), None
    job.save(update_fields=["state", "finished_at", "undo_until", "error_code", "error"])
