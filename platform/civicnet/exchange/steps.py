"""Steps of a job: what checking and applying share in taking hold of it, and in letting it wait."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from civicnet.access.actors import SYSTEM, client_actor, staff_actor
from civicnet.contract import ANONYMOUS, Actor
from civicnet.exchange.errors import ResourceOff
from civicnet.exchange.models import ImportJob, JobState, Upload
from civicnet.exchange.sealing import SealedWriter, unsealed


class Superseded(Exception):
    """The job was cancelled, finished, or taken over by another worker."""


def locked(job_id: UUID, *states: JobState, check: int | None = None) -> ImportJob:
    """The job, locked until the transaction ends; with ``check`` only while that is still the check under way.

    Raises:
        Superseded: it is in none of these states any more, or another worker has begun it anew.
    """
    job = ImportJob.objects.select_for_update().filter(pk=job_id, state__in=states).first()
    if job is None or (check is not None and job.checks != check):
        raise Superseded()
    return job


def actor_of_job(job: ImportJob) -> Actor:
    """Whose it is, with what their positions or scopes allow today: a right withdrawn since the upload stops the job."""
    if job.client is not None:
        return ANONYMOUS if job.client.has_ended(timezone.now()) else client_actor(job.client)
    return staff_actor(job.owner) if job.owner is not None else SYSTEM


@contextmanager
def local_copy(job: ImportJob) -> Iterator[Path]:
    """The uploaded file, opened into a temporary one for as long as it is read."""
    with job.file.open("rb") as source, tempfile.NamedTemporaryFile(suffix=f".{job.format}") as copy:
        for block in unsealed(source, place=place_of(job)):
            copy.write(block)
        copy.flush()
        yield Path(copy.name)


def sealed_copy(job: ImportJob | Upload, file: BinaryIO) -> IO[bytes]:
    """An upload as it is stored: nobody who sees the folder can read it."""
    sealed = tempfile.TemporaryFile()  # noqa: SIM115 - the caller stores and closes it
    writer = SealedWriter(sealed, place=place_of(job))
    file.seek(0)
    shutil.copyfileobj(file, writer)
    writer.finish()
    sealed.seek(0)
    return sealed


@contextmanager
def stored(job: ImportJob | Upload, file: BinaryIO) -> Iterator[Callable[[], None]]:
    """The file, sealed, lies in the storage; when the block raises it is deleted, unless what it yields was called before.

    Sealing and copying take long where the file is long, so both are done before any transaction: on SQLite all other writers
    would wait for it.
    """
    with sealed_copy(job, file) as sealed:
        job.file.save(f"imports/{job.pk}.sealed", File(sealed), save=False)
    kept: list[bool] = []
    try:
        yield partial(kept.append, True)
    except BaseException:
        if not kept:
            delete_file(job)
        raise


def place_of(job: ImportJob | Upload) -> str:
    """What the stored file is bound to; the same for an upload and for the job that it becomes."""
    return f"civicnet_exchange.importjob.file:{job.pk}"


def delete_file(job: ImportJob | Upload) -> None:
    """Delete the uploaded file; a job stays as a record."""
    if job.file.name:
        job.file.storage.delete(job.file.name)


@transaction.atomic
def wait_for_plugin(job_id: UUID, error: ResourceOff) -> None:
    """Note that the job waits; its state stays, so that it goes on when the plugin is on again.

    Why a job is being taken back is not written over.
    """
    job = ImportJob.objects.select_for_update().get(pk=job_id)
    if job.is_running:
        if not (job.state == JobState.UNDOING and job.error_code):
            job.error_code, job.error = error.code, str(error)
        job.beat_at = timezone.now()
        job.save(update_fields=["error_code", "error", "beat_at"])
