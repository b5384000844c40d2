"""Checking: the file is read once, every row goes into the spool with its outcome, nothing else changes."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from civicnet.contract import Actor
from civicnet.exchange.choosing import table_of
from civicnet.exchange.errors import MENDED_BY_CHOICE, FileRefused, NoRows, ResourceOff, TooManyRows
from civicnet.exchange.files import Format
from civicnet.exchange.headings import Headings
from civicnet.exchange.models import Finding, ImportJob, JobState, Outcome, SpoolRow
from civicnet.exchange.offers import resource_named
from civicnet.exchange.reading import Row, opened
from civicnet.exchange.resource import Draft, ImportResource
from civicnet.exchange.steps import Superseded, actor_of_job, delete_file, local_copy, locked, wait_for_plugin
from civicnet.ledger.services import record
from civicnet.lifecycle.snapshot import read, using

CHUNK = 500
MOST_ROWS = 200_000


def run_check(job_id: UUID) -> None:
    """Check an uploaded file.

    Started again after a crash, it begins anew; a job that has moved on is left alone.
    """
    with using(read(None)):
        try:
            job = _claim(job_id)
            _check(job, resource_named(job.resource)())
        except Superseded:
            return
        except ResourceOff as error:
            wait_for_plugin(job_id, error)
        except FileRefused as error:
            _refuse(job_id, error)


@transaction.atomic
def _claim(job_id: UUID) -> ImportJob:
    job = locked(job_id, JobState.UPLOADED, JobState.CHECKING)
    resource_named(job.resource)
    _forget(job)
    job.state = JobState.CHECKING
    job.counts, job.rows_done = {}, 0
    job.error_code = job.error = ""
    job.attempts += 1
    job.beat_at = timezone.now()
    job.save()
    return job


def _check(job: ImportJob, resource: ImportResource) -> None:
    actor = actor_of_job(job)
    with local_copy(job) as path, opened(path, Format(job.format)) as book:
        table = table_of(job, book, type(resource))
        headings, rows = table.columns.headings(), table.rows
        job.columns = table.columns.as_json()
        job.headings, job.sheet, job.other_sheets = headings.pairs(), table.sheet.name[:255], list(table.others)
        job.rows_total = max(table.sheet.height - headings.row, 0)
        job.save(update_fields=["columns", "headings", "sheet", "other_sheets", "rows_total"])
        resource.begin(actor)
        read_so_far = 0
        while chunk := list(islice(rows, CHUNK)):
            read_so_far += len(chunk)
            if read_so_far > MOST_ROWS:
                raise TooManyRows(limit=MOST_ROWS)
            done = max(chunk[-1][0] - headings.row, 0)
            _spool(job, resource, _drafts(chunk, headings, resource, actor), done)
    if not read_so_far:
        raise NoRows()
    _finish(job, actor)


def _drafts(chunk: list[Row], headings: Headings, resource: ImportResource, actor: Actor) -> list[Draft]:
    drafts = []
    for number, cells in chunk:
        named = {name: cells[at] for name, at in headings.positions.items() if at < len(cells)}
        code = resource.skip(named)
        if code is None:
            drafts.append(resource.read(number, named))
        else:
            skipped = Draft(number)
            skipped.skip(code)
            drafts.append(skipped)
    rows = [one for one in drafts if one.outcome != Outcome.SKIPPED]
    resource.look_up(rows, actor)
    for draft in rows:
        resource.check_row(draft, actor)
    return drafts


@transaction.atomic
def _spool(job: ImportJob, resource: ImportResource, drafts: list[Draft], done: int) -> None:
    fresh = locked(job.pk, JobState.CHECKING, attempt=job.attempts)
    columns = resource.columns()
    SpoolRow.objects.bulk_create(
        SpoolRow(job=job, row=one.row, outcome=one.outcome, sealed=_sealed(resource, one)) for one in drafts
    )
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
    counted = Counter(fresh.counts) + Counter(one.outcome for one in drafts)
    fresh.counts, fresh.rows_done, fresh.beat_at = dict(counted), done, timezone.now()
    fresh.save(update_fields=["counts", "rows_done", "beat_at"])


def _sealed(resource: ImportResource, draft: Draft) -> str:
    # Of a row that cannot go in, nothing is kept but its number: the clerk has the file.
    if draft.outcome in (Outcome.FAULT, Outcome.SKIPPED):
        return ""
    return json.dumps(resource.pack(draft.values), ensure_ascii=False)


@transaction.atomic
def _finish(job: ImportJob, actor: Actor) -> None:
    job = locked(job.pk, JobState.CHECKING, attempt=job.attempts)
    job.state = JobState.CHECKED
    job.rows_done = job.rows_total = sum(job.counts.values())
    job.save(update_fields=["state", "rows_done", "rows_total"])
    record(actor=actor, action="exchange.check", subject=job, after=job.counts)
    # The file stays, sealed, until the job is confirmed, cancelled or too old: its owner may want it back with marks.


@transaction.atomic
def _refuse(job_id: UUID, error: FileRefused) -> None:
    job = locked(job_id, JobState.CHECKING)
    job.state = JobState.REFUSED
    job.error_code, job.error_params, job.error = error.code, error.params, str(error)
    job.finished_at = timezone.now()
    job.counts = {}
    job.save()
    _forget(job)
    record(actor=actor_of_job(job), action="exchange.refuse", subject=job, after={"code": error.code})
    if error.code not in MENDED_BY_CHOICE:
        transaction.on_commit(partial(delete_file, job))


def _forget(job: ImportJob) -> None:
    SpoolRow.objects.filter(job=job).delete()
    Finding.objects.filter(job=job).delete()
