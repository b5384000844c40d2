"""Writing tables: exports, and the list of faulty rows; in constant memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from civicnet.contract import Actor, require
from civicnet.exchange.models import ExportRun, ImportJob, Outcome
from civicnet.exchange.objects import write_objects
from civicnet.exchange.offers import resource_named
from civicnet.exchange.permissions import can_export
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.selectors import findings, sentence
from civicnet.exchange.tables import harmless
from civicnet.ledger.services import record

FORMATS = ("xlsx", "csv")
EXPORT_FORMATS = (*FORMATS, "json", "geojson")


def formats_of(kind: type[ImportResource]) -> tuple[str, ...]:
    """In which formats a resource goes out: as features of a map only where its rows have a place on earth."""
    return EXPORT_FORMATS if kind.point else EXPORT_FORMATS[:-1]


def export(
    *,
    resource: str,
    format: str,  # noqa: A002 - the word people use
    actor: Actor,
    listed: QuerySet[Any] | None = None,
) -> IO[bytes]:
    """The rows the actor may see, in the resource's columns; personal numbers are masked. The export is audited.

    ``listed`` is a list as it is narrowed on a screen: only its rows go out, and only as far as the actor may export them.
    The file lies outside memory, however long it is.

    Raises:
        ResourceOff: the plugin is off.
        Refused: the actor may not export such rows.
    """
    kind = resource_named(resource)
    require(can_export(actor, kind) and format in formats_of(kind))
    reader = kind(listed=listed)
    counter = _Counter(reader.rows_to_export(actor))
    write = _table if format in FORMATS else write_objects
    file = write(reader, counter, format)
    # Nobody who wants to write has to wait for a long file; nor does anybody get one of which nothing is on record.
    with transaction.atomic():
        run = ExportRun.objects.create(
            resource=resource,
            format=format,
            rows=counter.count,
            owner_id=int(actor.id) if actor.kind == "staff" else None,
        )
        after = {"resource": resource, "rows": counter.count, "narrowed": listed is not None}
        record(actor=actor, action="exchange.export", subject=run, after=after)
    return file


def faulty_rows(job: ImportJob) -> IO[bytes]:
    """A workbook with a line for each fault: the row in the clerk's file, the column, and what to do about it."""
    lines = (
        [str(one.row), one.column, sentence(one, job)]
        for one in findings(job, outcome=Outcome.FAULT).iterator(chunk_size=2000)
    )
    return _workbook([[pgettext("table", "Row"), pgettext("table", "Column"), _("What to do")]], lines)


class _Counter:
    """Counts what passes."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        for row in self.rows:
            self.count += 1
            yield row


def whole_lines(resource: ImportResource, actor: Actor) -> Iterator[list[str]]:
    """The headings, and then the rows with full values; for a request that a second person has approved."""
    columns = list(resource.fields.values())
    yield [column.column_name for column in columns]
    for instance in resource.rows_to_export(actor):
        yield [column.widget.render_whole(column.get_value(instance)) for column in columns]


def _table(resource: ImportResource, rows: Iterable[Any], format: str) -> IO[bytes]:  # noqa: A002
    headings = [column.column_name for column in resource.fields.values()]
    lines = ([str(value) for value in resource.export_resource(row)] for row in rows)
    return _workbook([headings], lines) if format == "xlsx" else _text([headings], lines)


def _workbook(headings: Iterable[Sequence[str]], lines: Iterable[Sequence[str]]) -> IO[bytes]:
    file = TemporaryFile()  # noqa: SIM115 - the caller sends and closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    sheet.set_column(0, 30, 18)
    bold = book.add_format({"bold": True})
    number = 0
    for style, block in ((bold, headings), (None, lines)):
        for line in block:
            # Everything is text: an ID number stays whole, and nothing that looks like a formula becomes one.
            for at, value in enumerate(line):
                sheet.write_string(number, at, value, style)
            number += 1
    book.close()
    file.seek(0)
    return file


def _text(headings: Iterable[Sequence[str]], lines: Iterable[Sequence[str]]) -> IO[bytes]:
    file = TemporaryFile()  # noqa: SIM115 - the caller sends and closes it
    # With the mark in front, Excel takes the file for what it is.
    wrapper = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(wrapper)
    for block in (headings, lines):
        writer.writerows([harmless(value) for value in line] for line in block)
    wrapper.detach().flush()
    file.seek(0)
    return file
