"""Writing tables: exports, and the list of faulty rows; in constant memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from civicnet.contract import Actor, require
from civicnet.exchange.models import ExportRun, ImportJob, Outcome
from civicnet.exchange.offers import resource_named
from civicnet.exchange.permissions import can_export
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.selectors import findings, sentence
from civicnet.exchange.tables import harmless
from civicnet.ledger.services import record

FORMATS = ("xlsx", "csv")


@transaction.atomic
def export(*, resource: str, format: str, actor: Actor) -> IO[bytes]:  # noqa: A002 - the word people use
    """All rows the actor may see, in the resource's columns; personal numbers are masked. The export is audited.

    Raises:
        ResourceOff: the plugin is off.
        Refused: the actor may not export such rows.
    """
    kind = resource_named(resource)
    require(can_export(actor, kind) and format in FORMATS)
    counter = _Counter(_lines(kind(), actor))
    headings = [column.column_name for column in kind.columns().values()]
    file = _workbook([headings], counter) if format == "xlsx" else _text([headings], counter)
    run = ExportRun.objects.create(
        resource=resource,
        format=format,
        rows=counter.count,
        owner_id=int(actor.id) if actor.kind == "staff" else None,
    )
    record(actor=actor, action="exchange.export", subject=run, after={"resource": resource, "rows": counter.count})
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

    def __init__(self, lines: Iterable[Sequence[str]]) -> None:
        self.lines = lines
        self.count = 0

    def __iter__(self) -> Iterator[Sequence[str]]:
        for line in self.lines:
            self.count += 1
            yield line


def whole_lines(resource: ImportResource, actor: Actor) -> Iterator[list[str]]:
    """The headings, and then the rows with full values; for a request that a second person has approved."""
    columns = list(resource.fields.values())
    yield [column.column_name for column in columns]
    for instance in resource.rows_to_export(actor):
        yield [column.widget.render_whole(column.get_value(instance)) for column in columns]


def _lines(resource: ImportResource, actor: Actor) -> Iterator[list[str]]:
    for instance in resource.rows_to_export(actor):
        yield [str(value) for value in resource.export_resource(instance)]


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
