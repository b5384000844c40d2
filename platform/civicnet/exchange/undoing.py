"""Undoing: what an import wrote is taken back chunk by chunk, the last first; what was changed since stays, and is named."""

from __future__ import annotations

from collections import Counter
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.contract import Actor, require
from civicnet.exchange.calm import calm
from civicnet.exchange.ending import ended_properly
from civicnet.exchange.errors import ResourceOff
from civicnet.exchange.models import Finding, ImportJob, JobState, Outcome, SpoolChunk
from civicnet.exchange.offers import resource_named
from civicnet.exchange.permissions import can_import
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.spool import forget
from civicnet.exchange.staying import staying
from civicnet.exchange.steps import actor_of_job, delete_file, locked
from civicnet.exchange.stops import NO_QUEUE
from civicnet.ledger.images import Image
from civicnet.ledger.services import record
from civicnet.ledger.undoing import REMOVED, RESTORED, TakenBack, take_back
from civicnet.lifecycle.snapshot import read, using


def run_undo(job_id: UUID) -> None:
    """Take back what a job wrote, from where it stands; started again after a crash, it goes on."""
    with ended_properly(job_id):
        with using(read(None)):
            job = _claim(job_id)
        while _undo_chunk(job):
            pass
        # Nobody has to wait for that; a cancelled import may have had much that was not in.
        forget(job)


@transaction.atomic
def _claim(job_id: UUID) -> ImportJob:
    job = locked(job_id, JobState.UNDOING)
    resource_named(job.resource)
    if job.error_code in (ResourceOff.code, NO_QUEUE):
        # That is over; any other error says why it is taken back.
        job.error_code = job.error = ""
    job.attempts += 1
    job.beat_at = timezone.now()
    job.save(update_fields=["error_code", "error", "attempts", "beat_at"])
    return job


def _undo_chunk(job: ImportJob) -> bool:
    with using(read(None)), calm():
        resource = resource_named(job.resource)()
        with transaction.atomic():
            fresh = locked(job.pk, JobState.UNDOING)
            actor = _actor(fresh, resource)
            chunk = SpoolChunk.objects.filter(job=fresh).exclude(image="").order_by("number").last()
            if chunk is None:
                _finish(fresh, actor)
            else:
                _take_back(fresh, chunk, resource, actor)
    return chunk is not None


def _actor(job: ImportJob, resource: ImportResource) -> Actor:
    """Who takes back: the owner, with the rights of this moment.

    Raises:
        Refused: the right to import such rows was withdrawn.
    """
    if job.undone_as_promised:
        # All or nothing is the platform's promise: it is kept also where the clerk's right has ended half-way, or half a
        # file would be in for good.
        return SYSTEM
    actor = actor_of_job(job)
    require(can_import(actor, type(resource)))
    return actor


def _take_back(job: ImportJob, chunk: SpoolChunk, resource: ImportResource, actor: Actor) -> None:
    image, services = Image.load(chunk.image), resource.taken_back_by(actor)
    stays = staying(image, resource, actor, services)
    done = take_back(image, actor=actor, services=services, beside=resource.beside, stays=stays)
    resource.undone(done.touched, actor)
    _name_what_stays(job, done)
    # Emptied with what it took back: a chunk is never taken back twice.
    chunk.image = ""
    chunk.save(update_fields=["image"])
    counts = _rows_of_the_file(done)
    job.undone = {key: count + job.undone.get(key, 0) for key, count in counts.items()}
    job.rows_done += chunk.rows
    job.attempts, job.beat_at = 0, timezone.now()
    job.save(update_fields=["undone", "rows_done", "attempts", "beat_at"])


def _rows_of_the_file(done: TakenBack) -> Counter[str]:
    """What became of rows as whoever imported them counts: each once, whatever it had written."""
    left = {one.origin for one in done.left if not one.beside}
    became = Counter(what for row, what in done.rows.items() if row not in left)
    return Counter(restored=became[RESTORED], removed=became[REMOVED], left=len(left))


def _name_what_stays(job: ImportJob, done: TakenBack) -> None:
    Finding.objects.bulk_create(
        Finding(job=job, row=one.origin, outcome=Outcome.LEFT, code=one.reason, params={"label": one.label})
        for one in done.left
    )


def _finish(job: ImportJob, actor: Actor) -> None:
    job.state, job.finished_at, job.undo_until = JobState.UNDONE, timezone.now(), None
    job.save(update_fields=["state", "finished_at", "undo_until"])
    record(actor=actor, action="exchange.undo", subject=job, after=job.undone)
    # An archive of a job that failed was kept, so that it could go on.
    transaction.on_commit(partial(delete_file, job))
