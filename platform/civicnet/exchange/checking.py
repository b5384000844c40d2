"""Checking: the file is read once, every row goes into the spool with its outcome, nothing else changes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from civicnet.cipher import remembering
from civicnet.contract import Actor
from civicnet.exchange.bundles import Bundle
from civicnet.exchange.calm import calm
from civicnet.exchange.choosing import table_of
from civicnet.exchange.errors import MENDED_BY_CHOICE, FileRefused, NoRows, ResourceOff, SheetImported, TooManyRows
from civicnet.exchange.files import Format
from civicnet.exchange.finding import Table
from civicnet.exchange.headings import Headings
from civicnet.exchange.matching import Matcher
from civicnet.exchange.models import Finding, ImportJob, JobState, Outcome, SpoolChunk
from civicnet.exchange.offers import resource_named
from civicnet.exchange.reading import Row, opened
from civicnet.exchange.repeating import day_of_same
from civicnet.exchange.resource import Draft, ImportResource
from civicnet.exchange.spool import chunk_rows, spool
from civicnet.exchange.steps import Superseded, actor_of_job, delete_file, local_copy, locked, wait_for_plugin
from civicnet.ledger.services import record
from civicnet.lifecycle.snapshot import read, using

MOST_ROWS = 200_000
# A text is read line by line, whatever its length.
MOST_ROWS_OF_TEXT = 1_000_000
# Rows that are looked at together: what is asked of the database once costs as much for a few as for many.
AT_ONCE = 2_000
# Fewer of them where they are long, which is seen after each portion: a file of nothing else is never in memory as a whole.
CHARACTERS_AT_ONCE = 4_000_000
_PORTION = 50
# Seconds between two writings of how far a check has come.
BEAT = 1.0


def run_check(job_id: UUID) -> None:
    """Check an uploaded file.

    Started again after a crash, it begins anew; a job that has moved on is left alone.
    """
    with using(read(None)):
        try:
            job = _claim(job_id)
            try:
                _check(job, resource_named(job.resource)())
            except FileRefused as error:
                _refuse(job, error)
        except Superseded:
            return
        except ResourceOff as error:
            wait_for_plugin(job_id, error)


@transaction.atomic
def _claim(job_id: UUID) -> ImportJob:
    job = locked(job_id, JobState.UPLOADED, JobState.CHECKING)
    resource_named(job.resource)
    _forget(job)
    job.state = JobState.CHECKING
    job.counts, job.kinds, job.rows_done = {}, {}, 0
    job.error_code = job.error = ""
    job.attempts += 1
    job.checks += 1
    job.beat_at = timezone.now()
    job.save()
    return job


def _check(job: ImportJob, resource: ImportResource) -> None:
    actor = actor_of_job(job)
    with local_copy(job) as path, opened(path, Format(job.format)) as book:
        table = table_of(job, book, type(resource))
        headings, rows = table.columns.headings(), table.rows
        _note_table(job, table)
        if day := day_of_same(job):
            raise SheetImported(day=day.isoformat())
        if book.since_1904:
            resource.doubt_serials()
        if job.format == Format.BUNDLE.value:
            resource.files = Bundle(path)
        resource.begin(actor)
        tally, matcher = _Tally(job), Matcher(resource, actor, present=headings.positions)
        most = MOST_ROWS_OF_TEXT if job.format == Format.TEXT.value else MOST_ROWS
        while chunk := _taken(rows, resource):
            tally.read += len(chunk)
            if tally.read > most:
                raise TooManyRows(limit=most)
            with calm(), remembering():
                drafts = _drafts(chunk, headings, resource, actor, matcher)
                for at in range(0, len(drafts), chunk_rows()):
                    some = drafts[at : at + chunk_rows()]
                    _spool(tally, resource, some, max(some[-1].row - headings.row, 0))
                del drafts, some
    if not tally.read:
        raise NoRows()
    _finish(tally, actor)


@transaction.atomic
def _note_table(job: ImportJob, table: Table) -> None:
    # Its owner may have chosen other columns since this check began.
    locked(job.pk, JobState.CHECKING, check=job.checks)
    headings = table.columns.headings()
    job.columns = table.columns.as_json()
    job.headings, job.sheet, job.other_sheets = headings.pairs(), table.sheet.name[:255], list(table.others)
    job.rows_total = max(table.sheet.height - headings.row, 0)
    job.save(update_fields=["columns", "headings", "sheet", "other_sheets", "rows_total"])


def _taken(rows: Iterator[Row], resource: ImportResource) -> list[Row]:
    most, room, taken = resource.rows_at_once or max(chunk_rows(), AT_ONCE), CHARACTERS_AT_ONCE, list[Row]()
    with calm():
        while room > 0 and (some := list(islice(rows, min(_PORTION, most - len(taken))))):
            taken += some
            room -= sum(len(cell) for _number, cells in some for cell in cells if type(cell) is str)
    return taken


class _Tally:
    """What a check has counted so far; written down once a second, for a check that dies begins anew anyway."""

    def __init__(self, job: ImportJob) -> None:
        self.job = job
        self.read = 0
        self.chunks = 0
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self._written = time.monotonic()

    def beat(self, fresh: ImportJob, done: int) -> None:
        """Write down how far the check is, if it is time."""
        now = time.monotonic()
        if now - self._written < BEAT:
            return
        self._written = now
        fresh.counts, fresh.rows_done, fresh.beat_at = dict(self.counts), done, timezone.now()
        fresh.save(update_fields=["counts", "rows_done", "beat_at"])


def _drafts(
    chunk: list[Row], headings: Headings, resource: ImportResource, actor: Actor, matcher: Matcher
) -> list[Draft]:
    drafts, positions = [], [*headings.positions.items()]
    for (number, cells), values in zip(chunk, resource.read_many(chunk, headings.positions), strict=True):
        if values is not None:
            drafts.append(Draft(number, values))
            continue
        width = len(cells)
        named = {name: cells[at] for name, at in positions if at < width}
        code = resource.skip(named)
        if code is None:
            drafts.append(resource.read(number, named))
        else:
            skipped = Draft(number)
            skipped.skip(code)
            drafts.append(skipped)
    rows = [one for one in drafts if one.outcome != Outcome.SKIPPED]
    resource.look_up(rows, actor)
    held = resource.held(rows, actor) if resource.natural_key else {}
    for draft in rows:
        resource.check_row(draft, actor)
        matcher.match(draft, held.get(draft.row, ()))
        if not draft.is_faulty:
            resource.check_among(draft, actor)
    return drafts


@transaction.atomic
def _spool(tally: _Tally, resource: ImportResource, drafts: Sequence[Draft], done: int) -> None:
    job = tally.job
    fresh = locked(job.pk, JobState.CHECKING, check=job.checks)
    columns = resource.fields
    tally.kinds += spool(job, tally.chunks, resource, drafts)
    tally.chunks += 1
    Finding.objects.bulk_create(
        Finding(
            job=job,
            row=one.row,
            column=columns[remark.field].column_name if remark.field else "",
            outcome=remark.outcome,
            code=remark.code,
            params=dict(remark.params),
        )
        for one in drafts
        for remark in one.remarks
    )
    tally.counts += Counter(one.outcome for one in drafts)
    tally.beat(fresh, done)


@transaction.atomic
def _finish(tally: _Tally, actor: Actor) -> None:
    job = locked(tally.job.pk, JobState.CHECKING, check=tally.job.checks)
    job.state = JobState.CHECKED
    job.counts, job.kinds = dict(tally.counts), dict(tally.kinds)
    job.rows_done = job.rows_total = tally.read
    job.beat_at = timezone.now()
    job.save(update_fields=["state", "counts", "kinds", "rows_done", "rows_total", "beat_at"])
    record(actor=actor, action="exchange.check", subject=job, after=job.counts | job.kinds)
    # The file stays, sealed, until the job is confirmed, cancelled or too old: its owner may want it back with marks.


@transaction.atomic
def _refuse(job: ImportJob, error: FileRefused) -> None:
    job = locked(job.pk, JobState.CHECKING, check=job.checks)
    job.state = JobState.REFUSED
    job.error_code, job.error_params, job.error = error.code, error.params, str(error)
    job.finished_at = timezone.now()
    job.counts = job.kinds = {}
    job.save()
    _forget(job)
    record(actor=actor_of_job(job), action="exchange.refuse", subject=job, after={"code": error.code})
    if error.code not in MENDED_BY_CHOICE:
        transaction.on_commit(partial(delete_file, job))


def _forget(job: ImportJob) -> None:
    SpoolChunk.objects.filter(job=job).delete()
    Finding.objects.filter(job=job).delete()
