"""Acts on uploads: a client's file is taken in first, then named as what an import begins with."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from civicnet.access.models import ApiClient
from civicnet.contract import Actor, NotFound, require
from civicnet.exchange.errors import TooManyUploads, UnknownFormat
from civicnet.exchange.files import Format, inspect, name_of
from civicnet.exchange.mapping import Wish
from civicnet.exchange.models import ImportJob, Upload
from civicnet.exchange.offers import resource_named
from civicnet.exchange.permissions import can_import, can_upload
from civicnet.exchange.services import begin_job, digest_of
from civicnet.exchange.steps import delete_file, stored

# Whoever sends a file knows what it is for; personal data is not left lying about.
TO_BEGIN = timedelta(hours=1)
MOST_WAITING = 10


def keep_upload(*, file: BinaryIO, name: str, actor: Actor) -> Upload:
    """Take a file in, sealed, for an hour.

    Raises:
        Refused: the actor is no client that may import.
        FileRefused: the file as a whole cannot be read; nothing is kept.
        TooManyUploads: so many of this client wait already.
    """
    require(can_upload(actor))
    name, size = name_of(name), file.seek(0, os.SEEK_END)
    # Which rows it is for is said when the import begins.
    format = inspect(file, name=name, size=size, bundles=True)  # noqa: A001 - the word people use
    upload = Upload(
        client_id=int(actor.id),
        file_name=name,
        format=format.value,
        size=size,
        sha256=digest_of(file),
        expires_at=timezone.now() + TO_BEGIN,
    )
    _refuse_too_many(upload)
    with stored(upload, file) as keep, transaction.atomic():
        transaction.on_commit(keep)
        # Two calls at once must not both take the last place.
        ApiClient.objects.select_for_update(of=("self",)).get(pk=upload.client_id)
        _refuse_too_many(upload)
        upload.save(force_insert=True)
    return upload


def _refuse_too_many(upload: Upload) -> None:
    waiting = Upload.objects.filter(client_id=upload.client_id, expires_at__gt=timezone.now())
    if waiting.count() >= MOST_WAITING:
        raise TooManyUploads(most=MOST_WAITING)


@transaction.atomic
def start_import(
    *,
    upload: UUID,
    resource: str,
    actor: Actor,
    columns: Sequence[tuple[str, str | None]] = (),
    sheet: str = "",
) -> ImportJob:
    """Begin an import with an upload of the actor's own, and have it checked in the background. It keeps the upload's id.

    ``columns`` say which headings of the file are which of ours, by our headings, or None for those to be left out. What is not
    named is found as ever; what is named and not there has the file refused as it is checked (``HEADINGS_UNKNOWN``). So has
    a ``sheet`` that is not there (``SHEET_UNKNOWN``); without a name the one that fits best is read.

    Raises:
        Refused: the actor may not import such rows.
        ResourceOff: the plugin for such rows is off.
        NotFound: there is no such upload of the actor's, or an import was begun with it, or its hour is over.
        UnknownFormat: it is an archive, and such rows come with no other files; the upload stays.
        AlreadyImported: this very file went in before, and there is nothing else in it; the upload stays.
        MappingRefused: the choice of columns cannot be used; the upload stays.
    """
    kind = resource_named(resource)
    require(can_upload(actor) and can_import(actor, kind))
    wish = Wish.of(kind, columns, sheet=sheet) if columns or sheet else None
    waiting = Upload.objects.select_for_update().filter(client_id=int(actor.id), expires_at__gt=timezone.now())
    found = waiting.filter(pk=upload).first()
    if found is None:
        raise NotFound(field="upload")
    if found.format == Format.BUNDLE.value and not kind.takes_files:
        raise UnknownFormat()
    job = ImportJob(
        id=found.pk,
        resource=resource,
        file=found.file.name,
        file_name=found.file_name,
        format=found.format,
        sha256=found.sha256,
        client_id=found.client_id,
        columns=wish.as_json() if wish else None,
    )
    begin_job(job, kind, actor)
    found.delete()
    return job


@transaction.atomic
def forget_uploads(*, actor: Actor, now: datetime | None = None) -> int:
    """Delete files with which nobody began an import in time; returns how many."""
    require(actor.kind == "system")
    over = list(Upload.objects.select_for_update().filter(expires_at__lte=now or timezone.now()).order_by("pk"))
    for upload in over:
        transaction.on_commit(partial(delete_file, upload))
    Upload.objects.filter(pk__in=[one.pk for one in over]).delete()
    return len(over)
