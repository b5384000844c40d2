"""Repetition: the same sheet of the same file goes in once with the same columns; other sheets of it may follow."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from civicnet.exchange.errors import AlreadyImported
from civicnet.exchange.mapping import ColumnMap
from civicnet.exchange.models import ImportJob, JobState


def refuse_whole_repetition(job: ImportJob) -> None:
    """Before a file is opened: refuse it if all that can be read from it went in before.

    Raises:
        AlreadyImported: it did.
    """
    for earlier in _earlier(job):
        if _is_whole(earlier):
            raise AlreadyImported(_day(earlier))


def refuse_repetition(job: ImportJob) -> None:
    """Once its sheet and columns are known.

    Raises:
        AlreadyImported: the same rows went in before, or are going in.
    """
    if earlier := same_before(job):
        raise AlreadyImported(_day(earlier))


def day_of_same(job: ImportJob) -> date | None:
    """The day on which the same sheet went in with the same columns; today where it is going in; None where neither is so."""
    earlier = same_before(job)
    return (_day(earlier) or timezone.localdate()) if earlier else None


def same_before(job: ImportJob) -> ImportJob | None:
    """The job that brought, or is bringing in, the same sheet of the same file with the same columns."""
    return next((one for one in _earlier(job) if _what(one) in (None, _what(job))), None)


def await_others(job: ImportJob) -> None:
    """Wait for whoever decides on the same file at this moment, and let others wait until the transaction ends."""
    same = ImportJob.objects.filter(resource=job.resource, sha256=job.sha256)
    # In one order, for another may do the same.
    list(same.select_for_update().order_by("pk").values_list("pk", flat=True))


def _earlier(job: ImportJob) -> list[ImportJob]:
    going_in = (JobState.APPLIED, JobState.APPLYING)
    same = ImportJob.objects.filter(resource=job.resource, sha256=job.sha256, state__in=going_in)
    # For a clerk of another area other rows of the same file are good.
    return list(same.filter(organisation=job.organisation).exclude(pk=job.pk).order_by("pk"))


def _what(job: ImportJob) -> tuple[str, int, dict[int, str]] | None:
    columns = ColumnMap.from_json(job.columns)
    return (columns.sheet, columns.row, dict(columns.fields)) if columns else None


def _is_whole(job: ImportJob) -> bool:
    columns = ColumnMap.from_json(job.columns)
    return not job.other_sheets and (columns is None or len(columns.fields) >= sum(map(bool, columns.theirs)))


def _day(job: ImportJob) -> date | None:
    return timezone.localdate(job.finished_at) if job.finished_at else None
