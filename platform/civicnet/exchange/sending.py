"""Sending: what is to be done with a job goes into the queue once the job is kept; a queue that does not answer loses none."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from civicnet.exchange.models import RUNNING, ImportJob
from civicnet.exchange.stops import NO_QUEUE, SENTENCES

_log = logging.getLogger(__name__)


def send(task: Any, job: ImportJob) -> None:
    """Have a task run for a job, as soon as the transaction is through.

    Whoever asked for it is not stopped by a broker that does not answer: the job says so, and is sent again once somebody
    looks at it, or by the schedule that wakes what has stalled.
    """
    if job.beat_at is None:
        raise ValueError("a job that was never begun")
    transaction.on_commit(partial(_send, task, job.pk, job.beat_at))


def is_mute(*, since: datetime) -> bool:
    """Whether the queue has failed to take in a job since then: nobody waits behind it for each job anew."""
    return ImportJob.objects.filter(state__in=RUNNING, error_code=NO_QUEUE, beat_at__gte=since).exists()


def _send(task: Any, pk: UUID, beat: datetime) -> None:
    try:
        task.enqueue(job=str(pk))
    except Exception:  # noqa: BLE001 - each broker fails in its own way
        _log.exception("the queue does not take in what is to be done for import %s", pk)
        # A worker may have got it all the same, and then tells of it by its beat.
        waiting = ImportJob.objects.filter(pk=pk, beat_at=beat, state__in=RUNNING, error_code="")
        waiting.update(error_code=NO_QUEUE, error=str(SENTENCES[NO_QUEUE]))
