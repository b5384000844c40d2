"""Applying: good rows go in, chunk by chunk; a chunk and the mark of how far we are commit together."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.contract import Actor, CivicNetError
from civicnet.exchange.errors import ResourceOff
from civicnet.exchange.models import GOOD, ImportJob, JobState, SpoolRow
from civicnet.exchange.offers import resource_named
from civicnet.exchange.resource import ImportResource, TypedRow
from civicnet.exchange.steps import Superseded, actor_of_job, delete_file, locked, wait_for_plugin
from civicnet.ledger.services import record
from civicnet.lifecycle.snapshot import read, using

CHUNK = 500


def run_apply(job_id: UUID) -> None:
    """Apply a confirmed job from where it stands.

    Started again after a crash, it goes on; nothing goes in twice.
    """
    try:
        with using(read(None)):
            job = _claim(job_id)
            resource = resource_named(job.resource)()
            actor = actor_of_job(job)
            resource.begin(actor)
        while _apply_chunk(job, resource, actor):
            pass
    except Superseded:
        return
    except ResourceOff as error:
        wait_for_plugin(job_id, error)
    except CivicNetError as error:
        fail(job_id, code=error.code, sentence=str(error))
    except IntegrityError:
        fail(
            job_id,
            code="ROWS_CONFLICT",
            sentence=_("Rows of this file do not fit what is held already. Upload the file again to check it."),
        )


@transaction.atomic
def fail(job_id: UUID, *, code: str, sentence: str) -> None:
    """Stop a job with a sentence. What is in stays in; the owner may let it go on from there."""
    job = locked(job_id, JobState.CHECKING, JobState.APPLYING)
    job.state = JobState.FAILED
    job.error_code, job.error, job.finished_at = code, sentence, timezone.now()
    job.save(update_fields=["state", "error_code", "error", "finished_at"])
    record(actor=actor_of_job(job), action="exchange.fail", subject=job, after={"code": code})
    transaction.on_commit(partial(delete_file, job))


@transaction.atomic
def _claim(job_id: UUID) -> ImportJob:
    job = locked(job_id, JobState.APPLYING)
    resource_named(job.resource)
    job.error_code = job.error = ""
    job.attempts += 1
    job.beat_at = timezone.now()
    job.save(update_fields=["error_code", "error", "attempts", "beat_at"])
    return job


def _apply_chunk(job: ImportJob, resource: ImportResource, actor: Actor) -> bool:
    # A plugin switched off in the middle stops a long job at the next chunk, not at its end.
    with using(read(None)):
        resource_named(job.resource)
        with transaction.atomic():
            fresh = locked(job.pk, JobState.APPLYING)
            waiting = SpoolRow.objects.filter(job=fresh, outcome__in=GOOD, row__gt=fresh.applied_through)
            rows = list(waiting.order_by("row")[:CHUNK])
            if rows:
                _write(fresh, rows, resource, actor)
            else:
                _finish(fresh, actor)
    return bool(rows)


def _write(job: ImportJob, rows: list[SpoolRow], resource: ImportResource, actor: Actor) -> None:
    typed = [TypedRow(one.row, resource.unpack(json.loads(one.sealed))) for one in rows]
    written = resource.apply(typed, actor)
    total = Counter(job.result)
    total.update(dict(written))
    job.result = dict(total)
    job.applied_through = rows[-1].row
    job.rows_done += len(rows)
    # Progress was made, so whatever stopped it before is no reason to give up.
    job.attempts, job.beat_at = 0, timezone.now()
    job.save(update_fields=["result", "applied_through", "rows_done", "attempts", "beat_at"])


def _finish(job: ImportJob, actor: Actor) -> None:
    job.state = JobState.APPLIED
    job.finished_at = timezone.now()
    job.save(update_fields=["state", "finished_at"])
    # The rows live in the plugin's tables now; a second copy of personal data serves nobody.
    SpoolRow.objects.filter(job=job).exclude(sealed="").update(sealed="")
    transaction.on_commit(partial(delete_file, job))
    record(actor=actor, action="exchange.apply", subject=job, after={**job.counts, **job.result})
