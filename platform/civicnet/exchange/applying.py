"""Applying: good rows go in, chunk by chunk; a chunk, what stood there before, and how far we are commit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from civicnet.cipher import remembering
from civicnet.contract import Actor, require
from civicnet.exchange.bundles import files_of
from civicnet.exchange.calm import calm
from civicnet.exchange.ending import ended_properly, fail, hold_promise, keep_undo
from civicnet.exchange.errors import RowsChanged
from civicnet.exchange.matching import Held, Sealed, changes
from civicnet.exchange.models import Finding, ImportJob, JobState, Outcome, RowKind
from civicnet.exchange.offers import resource_named
from civicnet.exchange.permissions import can_import
from civicnet.exchange.resource import ImportResource, TypedRow
from civicnet.exchange.spool import Entry
from civicnet.exchange.steps import Superseded, actor_of_job, delete_file, locked
from civicnet.exchange.stops import ROWS_CONFLICT, SENTENCES
from civicnet.exchange.waiting import Ready, WaitingChunks
from civicnet.ledger.flights import constraints_hold, in_flight, landed
from civicnet.ledger.images import kept
from civicnet.ledger.services import record
from civicnet.lifecycle.snapshot import read, using


def run_apply(job_id: UUID) -> None:
    """Apply a confirmed job from where it stands.

    Started again after a crash, it goes on; nothing goes in twice.
    """
    try:
        with ended_properly(job_id):
            with using(read(None)):
                job = _claim(job_id)
                resource = resource_named(job.resource)()
                actor = actor_of_job(job)
            with files_of(job, resource):
                with using(read(None)):
                    resource.begin(actor)
                _apply_chunks(job, _Writer(resource, actor))
    except IntegrityError:
        fail(job_id, code=ROWS_CONFLICT, sentence=str(SENTENCES[ROWS_CONFLICT]))


@transaction.atomic
def _claim(job_id: UUID) -> ImportJob:
    job = locked(job_id, JobState.APPLYING)
    resource_named(job.resource)
    job.error_code = job.error = ""
    job.attempts += 1
    job.beat_at = timezone.now()
    job.save(update_fields=["error_code", "error", "attempts", "beat_at"])
    return job


class _Writer:
    """Who writes: a resource that has begun for an actor, and begins anew where the actor's rights have changed."""

    def __init__(self, resource: ImportResource, actor: Actor) -> None:
        self.resource = resource
        self.actor = actor

    def ask(self, job: ImportJob) -> None:
        """What the owner of the job may import at this moment: whose right ends in the middle writes nothing more.

        Raises:
            Refused: the right to import such rows was withdrawn.
        """
        actor = actor_of_job(job)
        require(can_import(actor, type(self.resource)))
        if actor != self.actor:
            self.resource.begin(actor)
            self.actor = actor


def _apply_chunks(job: ImportJob, writer: _Writer) -> None:
    asked, more, waiting = None, True, WaitingChunks(job, writer.resource)
    while more:
        snapshot = read(None)
        with calm(), using(snapshot):
            # A plugin switched off in the middle stops a long job at the next chunk, not at its end.
            if snapshot is not asked:
                resource_named(job.resource)
                asked = snapshot
            more = _apply_chunk(job, waiting, writer)


def _apply_chunk(job: ImportJob, waiting: WaitingChunks, writer: _Writer) -> bool:
    # Opened before the transaction: whoever else wants to write need not wait for that.
    ready = waiting.take()
    with remembering(ready.made if ready else None), transaction.atomic():
        fresh = locked(job.pk, JobState.APPLYING)
        if fresh.applied_through != job.applied_through:
            raise Superseded()
        if ready is None:
            _finish(fresh, writer.actor)
        else:
            writer.ask(fresh)
            _write(fresh, ready, waiting.meanwhile(), writer)
    job.applied_through = fresh.applied_through
    return ready is not None


def _write(job: ImportJob, ready: Ready, meanwhile: Generator[None], writer: _Writer) -> None:
    chunk, rows, resource, actor = ready.chunk, ready.rows, writer.resource, writer.actor
    if len(rows) != chunk.rows:
        raise RuntimeError(f"a chunk of {chunk.rows} rows opened with {len(rows)}")
    wanted, result = _still_wanted(job, rows, resource, actor)
    with in_flight(meanwhile=meanwhile), kept() as image:
        result.update(_told(resource, resource.apply(wanted, actor), wanted, rows) if wanted else {})
        # Not "+=", which drops what came to nothing.
        result.update(_leave(job, resource))
        landed()
        hold_promise(job, result, image)
        chunk.sealed, chunk.image = "", image.dump() if image.written else ""
        constraints_hold()
        _name(job, resource)
        chunk.save(update_fields=["sealed", "image"])
    job.result = {key: job.result.get(key, 0) + result[key] for key in {**job.result, **result}}
    job.applied_through = chunk.last_row
    job.rows_done += len(rows)
    # Progress was made, so whatever stopped it before is no reason to give up.
    job.attempts, job.beat_at = 0, timezone.now()
    job.save(update_fields=["result", "applied_through", "rows_done", "attempts", "beat_at"])


def _name(job: ImportJob, resource: ImportResource) -> None:
    named, resource.named = resource.named, []
    Finding.objects.bulk_create(
        Finding(
            job=job,
            row=one.row,
            outcome=Outcome.NORMALISED,
            code=one.code,
            params={"label": one.label} | ({} if one.ref is None else {"ref": one.ref}),
        )
        for one in named
    )


def _told(
    resource: ImportResource, counts: Mapping[str, int], wanted: Sequence[TypedRow], rows: Sequence[Entry]
) -> Mapping[str, int]:
    """What a resource counted; one that does not tell new rows from changed ones has them told as the check did."""
    if counts.keys() & {"created", "changed", "unchanged"}:
        return counts
    kinds, left = {one.row: one.kind for one in rows}, {one.row for one in resource.left}
    written = [kinds[row.row] for row in wanted if row.row not in left]
    new = written.count(RowKind.NEW)
    return {**counts, "created": new, "changed": len(written) - new}


def _still_wanted(
    job: ImportJob, rows: list[Entry], resource: ImportResource, actor: Actor
) -> tuple[list[TypedRow], Counter[str]]:
    """Rows to write; what is held is looked up once more, under a lock, and must be what the preview showed."""
    typed = [TypedRow(one.row, one.values) for one in rows]
    if not resource.natural_key:
        return typed, Counter()
    held, own = resource.held(typed, actor, lock=True), _Own(job)
    wanted, result, column = [], Counter[str](), resource.natural_key[-1]
    for entry, row in zip(rows, typed, strict=True):
        now = held.get(row.row, ())
        if entry.says_more:
            resource.leave(row, column, "column_gone")
        elif len(now) < 2 and (now[0].bears(entry.mark) if now else not entry.mark):
            if entry.kind == RowKind.UNCHANGED:
                result["unchanged"] += 1
            else:
                _recall(entry, now)
                wanted.append(row)
        elif len(now) == 1 and not changes(resource, row.values, now[0]):
            # Somebody may have brought it to what the row says.
            result["unchanged"] += 1
        elif len(now) == 1 and now[0].ref in own.refs and _is_else_as_shown(resource, entry, now[0]):
            wanted.append(row)
        else:
            resource.leave(row, column, "changed_meanwhile")
    return wanted, result + _leave(job, resource)


def _is_else_as_shown(resource: ImportResource, entry: Entry, now: Held) -> bool:
    """Whether nothing has changed of it but what rows of the same file may have taken."""
    shown = {**entry.values, **entry.before}
    return changes(resource, shown, now).keys() <= {*resource.taken_by_others}


class _Own:
    """What rows of this file that are in have changed beside their own, by ``Held.ref``; read when it is first asked for."""

    def __init__(self, job: ImportJob) -> None:
        self._job = job

    @cached_property
    def refs(self) -> frozenset[Any]:
        told = Finding.objects.filter(job=self._job, outcome=Outcome.NORMALISED, params__has_key="ref")
        return frozenset(params["ref"] for params in told.values_list("params", flat=True))


def _recall(entry: Entry, now: Sequence[Held]) -> None:
    # By its mark it is what the check has opened: whoever keeps it for an undo need not open it again.
    for name, was in entry.before.items():
        present = now[0].values[name]
        if type(present) is Sealed:
            present.plain = was


def _leave(job: ImportJob, resource: ImportResource) -> Counter[str]:
    left, resource.left = resource.left, []
    if left and job.all_or_nothing:
        raise RowsChanged(row=left[0].row)
    Finding.objects.bulk_create(
        Finding(
            job=job,
            row=one.row,
            column=resource.fields[one.field].column_name,
            outcome=Outcome.LEFT,
            code=one.code,
            params=dict(one.params),
        )
        for one in left
    )
    return Counter(left=len(left)) if left else Counter()


def _finish(job: ImportJob, actor: Actor) -> None:
    job.state = JobState.APPLIED
    job.finished_at = timezone.now()
    keep_undo(job)
    job.save(update_fields=["state", "finished_at", "undo_until"])
    transaction.on_commit(partial(delete_file, job))
    record(actor=actor, action="exchange.apply", subject=job, after={**job.counts, **job.result})
