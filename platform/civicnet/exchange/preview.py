"""The preview: what a confirmation would do, row by row and field by field, with personal numbers masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from civicnet.exchange.models import Finding, ImportJob, Outcome, RowKind, SpoolChunk
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.selectors import resource_of
from civicnet.exchange.spool import Entry, entries


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A good row: its number in the file, its kind, its cells as an export writes them, and changed cells as they are held.

    Both by column name of the resource; personal numbers are masked.
    """

    row: int
    kind: str
    cells: Mapping[str, str]
    before: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """How many rows of a file change a column."""

    column: str
    label: Any
    rows: int


def kind_counts(job: ImportJob) -> dict[str, int]:
    """How many rows are new, changed, unchanged and faulty, in this order."""
    counts = {kind: int(job.kinds.get(kind, 0)) for kind in RowKind.values}
    return counts | {Outcome.FAULT.value: job.count(Outcome.FAULT)}


def changes_by_column(job: ImportJob) -> list[Change]:
    """Which columns a job changes, the most frequent first."""
    resource = resource_of(job)
    columns = resource.columns() if resource else {}
    counts: dict[str, int] = {}
    for changed in SpoolChunk.objects.filter(job=job).values_list("columns", flat=True):
        for name, count in changed.items():
            counts[name] = counts.get(name, 0) + count
    found = [Change(name, columns[name].label if name in columns else name, count) for name, count in counts.items()]
    return sorted(found, key=lambda one: (-one.rows, one.column))


def preview_count(job: ImportJob, *, kind: str = "", column: str = "", code: str = "") -> int:
    """How many rows ``preview_rows`` with the same filters has."""
    if code:
        return len(_rows_with(job, code))
    if column:
        return next((one.rows for one in changes_by_column(job) if one.column == column), 0)
    return sum(job.kinds.values()) if not kind else int(job.kinds.get(kind, 0))


def preview_rows(
    job: ImportJob, *, kind: str = "", column: str = "", code: str = "", offset: int = 0, most: int = 50
) -> list[PreviewRow]:
    """A page of good rows in the order of the file.

    One filter at a time: of one kind; that change a column; or with a finding of one code (what was tidied up). Only chunks
    that have rows of the page are opened. While the plugin is off, or once the rows are in, there are none.
    """
    resource = resource_of(job)
    if resource is None:
        return []
    reader = resource()
    wanted = _rows_with(job, code) if code else None
    found = _matching(job, reader, kind, column, wanted, offset)
    return [_shown(reader, entry) for entry in islice(found, most)]


def _matching(
    job: ImportJob, reader: ImportResource, kind: str, column: str, wanted: set[int] | None, offset: int
) -> Iterator[Entry]:
    for chunk in _chunks(job):
        if wanted is None:
            here = chunk.columns.get(column, 0) if column else chunk.kinds.get(kind, 0) if kind else chunk.rows
        else:
            here = sum(chunk.first_row <= row <= chunk.last_row for row in wanted)
        if here <= offset:
            offset -= here
            continue
        for entry in entries(chunk, reader):
            fits = (
                entry.row in wanted if wanted is not None else column in entry.before if column else entry.kind == kind
            )
            if fits or not (kind or column or wanted is not None):
                if offset:
                    offset -= 1
                else:
                    yield entry


def _chunks(job: ImportJob) -> QuerySet[SpoolChunk]:
    # The sealed rows of a chunk are read when its turn comes.
    return SpoolChunk.objects.filter(job=job).order_by("number").defer("sealed", "image")


def _rows_with(job: ImportJob, code: str) -> set[int]:
    faulty = Finding.objects.filter(job=job, outcome=Outcome.FAULT).values("row")
    found = Finding.objects.filter(job=job, outcome=Outcome.NORMALISED, code=code).exclude(row__in=faulty)
    return set(found.values_list("row", flat=True))


def _shown(reader: ImportResource, entry: Entry) -> PreviewRow:
    widgets = {name: column.widget for name, column in reader.fields.items()}
    return PreviewRow(
        row=entry.row,
        kind=entry.kind,
        cells={name: widget.render(entry.values[name]) for name, widget in widgets.items()},
        before={name: widgets[name].render(value) for name, value in entry.before.items()},
    )
