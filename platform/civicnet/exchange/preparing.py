"""Preparing an approved export in the background: read with the requester's rights of now, written sealed, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.contract import Actor, CivicNetError, require
from civicnet.exchange.errors import ResourceOff
from civicnet.exchange.models import DisclosureRequest, DisclosureState, upload_storage
from civicnet.exchange.narrowing import narrowed
from civicnet.exchange.offers import offered, resource_named
from civicnet.exchange.permissions import can_disclose
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.sealing import SealedWriter
from civicnet.exchange.steps import Superseded
from civicnet.exchange.tables import write_table
from civicnet.exchange.tasks import prepare_disclosure
from civicnet.exchange.writing import whole_lines
from civicnet.ledger.services import record
from civicnet.lifecycle.snapshot import read, using

TO_FETCH = timedelta(hours=24)
STALLED_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 3
ROWS_PER_BEAT = 1_000


def run_prepare(request_id: UUID) -> None:
    """Write the file of an approved request. After a crash it begins anew, and what was half written is deleted."""
    try:
        with using(read(None)):
            request = _claim(request_id)
            kind, actor = _rights(request)
            with TemporaryFile() as sealed:
                rows = _write(request, kind, actor, sealed)
                _keep(request, rows, sealed)
    except Superseded:
        return
    except ResourceOff as error:
        # It stays approved, and goes on when the plugin is on again.
        DisclosureRequest.objects.filter(pk=request_id).update(error_code=error.code, beat_at=timezone.now())
    except CivicNetError as error:
        give_up(request_id, error.code)


@transaction.atomic
def give_up(request_id: UUID, code: str) -> None:
    """End an approved request without a file; the requester is told why."""
    request = _locked(request_id)
    request.state, request.error_code = DisclosureState.EXPIRED, code
    request.save(update_fields=["state", "error_code"])
    record(actor=SYSTEM, action="exchange.fail_disclosure", subject=request, after={"code": code})
    transaction.on_commit(partial(delete_files, request))


def resume_disclosures() -> int:
    """Wake approved requests whose worker died, or whose plugin is on again; returns how many."""
    silent = timezone.now() - STALLED_AFTER
    stalled = DisclosureRequest.objects.filter(state=DisclosureState.APPROVED, beat_at__lt=silent)
    available = offered()
    return sum(_resume(request) for request in stalled if request.resource in available)


def place_of(request: DisclosureRequest) -> str:
    """What the sealed file is bound to."""
    return f"civicnet_exchange.disclosurerequest.file:{request.pk}"


def delete_files(request: DisclosureRequest) -> None:
    """Delete whatever any attempt has left in the storage."""
    storage = upload_storage()
    for attempt in range(1, request.attempts + 1):
        storage.delete(_name(request, attempt))


def _resume(request: DisclosureRequest) -> bool:
    beat = DisclosureRequest.objects.filter(
        pk=request.pk, state=DisclosureState.APPROVED, attempts=request.attempts, beat_at=request.beat_at
    )
    if not beat.update(beat_at=timezone.now()):
        return False
    if request.attempts >= MOST_ATTEMPTS and not request.error_code:
        give_up(request.pk, "GAVE_UP")
        return False
    transaction.on_commit(lambda: prepare_disclosure.enqueue(request=str(request.pk)), robust=True)
    return True


@transaction.atomic
def _claim(request_id: UUID) -> DisclosureRequest:
    request = _locked(request_id)
    resource_named(request.resource)
    delete_files(request)
    request.attempts += 1
    request.error_code, request.beat_at = "", timezone.now()
    request.save(update_fields=["attempts", "error_code", "beat_at"])
    return request


def _locked(request_id: UUID, *, attempt: int | None = None) -> DisclosureRequest:
    row = DisclosureRequest.objects.select_for_update().filter(pk=request_id, state=DisclosureState.APPROVED).first()
    if row is None or (attempt is not None and row.attempts != attempt):
        raise Superseded()
    return row


def _rights(request: DisclosureRequest) -> tuple[type[ImportResource], Actor]:
    # What the requester may see now, not when they asked.
    kind, actor = resource_named(request.resource), staff_actor(request.requester)
    require(can_disclose(actor, kind, request.organisation.path))
    return kind, narrowed(actor, request.organisation)


def _write(request: DisclosureRequest, kind: type[ImportResource], actor: Actor, sealed: IO[bytes]) -> int:
    lines = _Watched(request, whole_lines(kind(), actor))
    writer = SealedWriter(sealed, place=place_of(request))
    write_table(writer, lines, request.format)
    writer.finish()
    return lines.rows


def _keep(request: DisclosureRequest, rows: int, sealed: IO[bytes]) -> None:
    sealed.seek(0)
    name = upload_storage().save(_name(request, request.attempts), File(sealed))
    try:
        with transaction.atomic():
            fresh = _locked(request.pk, attempt=request.attempts)
            fresh.state, fresh.file.name, fresh.rows = DisclosureState.PREPARED, name, rows
            fresh.expires_at = timezone.now() + TO_FETCH
            fresh.save(update_fields=["state", "file", "rows", "expires_at"])
            record(actor=SYSTEM, action="exchange.prepare_disclosure", subject=fresh, after={"rows": rows})
    except Superseded:
        upload_storage().delete(name)
        raise


def _name(request: DisclosureRequest, attempt: int) -> str:
    return f"disclosures/{request.pk}-{attempt}.sealed"


class _Watched:
    """Lines that are counted on their way, with a sign of life now and then; they stop when another worker took over."""

    def __init__(self, request: DisclosureRequest, lines: Iterator[list[str]]) -> None:
        self._lines = lines
        self._mine = DisclosureRequest.objects.filter(
            pk=request.pk, state=DisclosureState.APPROVED, attempts=request.attempts
        )
        # The headings are no row.
        self.rows = -1

    def __iter__(self) -> Iterator[Sequence[str]]:
        for line in self._lines:
            self.rows += 1
            if self.rows % ROWS_PER_BEAT == 0 and not self._mine.update(beat_at=timezone.now()):
                raise Superseded()
            yield line
