"""What a clerk gets back to mend: the own workbook with faulty cells in colour, or the faulty rows, or at least a list."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from civicnet.contract import Actor
from civicnet.exchange.bundles import table_in
from civicnet.exchange.cells import plain_text
from civicnet.exchange.files import Format
from civicnet.exchange.identity import LAST_EXACT
from civicnet.exchange.mapping import ColumnMap
from civicnet.exchange.models import ImportJob, JobState, Outcome
from civicnet.exchange.permissions import owns
from civicnet.exchange.reading import Cell, Row, opened
from civicnet.exchange.selectors import findings, resource_of, sentence
from civicnet.exchange.steps import local_copy
from civicnet.exchange.tables import Marked, write_table
from civicnet.exchange.writing import faulty_rows
from civicnet.ledger.services import record

MOST_MARKED_ROWS = 5_000
SECONDS = 120


@dataclass(frozen=True, slots=True)
class Mark:
    """A fault for the eye: the row in the file, the place of the column from 0, and the sentence.

    Without a place the whole row is meant.
    """

    row: int
    at: int | None
    sentence: str


def workbook_to_mend(*, job: ImportJob, actor: Actor) -> IO[bytes]:
    """The faults of a checked job as an .xlsx.

    The owner gets the own workbook with marks, for an .xlsx of up to 5,000 rows; of other files the faulty rows as they
    stand there, which import again once they are mended. Colleagues, and whoever asks when the file is gone, get a list
    without values.
    """
    kind = resource_of(job)
    columns = ColumnMap.from_json(job.columns)
    if job.state != JobState.CHECKED or not job.file.name or not owns(actor, job) or kind is None or columns is None:
        return faulty_rows(job)
    places = {kind.columns()[name].column_name: at for at, name in columns.fields.items() if name in kind.columns()}
    found = findings(job, outcome=Outcome.FAULT).iterator(chunk_size=2_000)
    marks = (Mark(one.row, places.get(one.column), _told(one.column, sentence(one, job), places)) for one in found)
    with local_copy(job) as path, table_in(path, Format(job.format)) as (table, format):  # noqa: A001
        made = marked_workbook(table, format, columns, marks, rows=job.rows_total)
    _note(job, actor)
    return made


def marked_workbook(
    source: Path,
    format: Format,  # noqa: A002 - the word people use
    columns: ColumnMap,
    marks: Iterable[Mark],
    *,
    rows: int,
) -> IO[bytes]:
    """An .xlsx with these marks, which come in the order of rows: the source itself, or its faulty rows alone.

    Raises:
        FileRefused: the source cannot be read.
    """
    if format is Format.XLSX and rows <= MOST_MARKED_ROWS:
        marks = list(marks)
        if made := _own(source, columns, marks):
            return made
    file = TemporaryFile()  # noqa: SIM115 - the caller sends and closes it
    with opened(source, format) as book:
        at = next(at for at, sheet in enumerate(book.sheets) if sheet.name == columns.sheet)
        write_table(file, _lines(book.rows(at), columns, marks), "xlsx")
    file.seek(0)
    return file


def _own(source: Path, columns: ColumnMap, marks: Sequence[Mark]) -> IO[bytes] | None:
    """The source with marks; None where the program that does it cannot cope with it within its limits."""
    order = {"sheet": columns.sheet, "marks": [[one.row, (one.at or 0) + 1, one.sentence] for one in marks]}
    file = TemporaryFile()  # noqa: SIM115 - the caller sends and closes it
    command = [sys.executable, "-P", "-m", "civicnet.exchange.marking", str(source)]
    try:
        subprocess.run(  # noqa: S603 - our own module, and a path that is no option
            command,
            input=json.dumps(order).encode(),
            stdout=file,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=SECONDS,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        file.close()
        return None
    file.seek(0)
    return file


def _lines(rows: Iterable[Row], columns: ColumnMap, marks: Iterable[Mark]) -> Iterator[list[str]]:
    theirs = columns.theirs
    yield [pgettext("table", "Row"), *theirs, _("What to do")]
    wanted = groupby(marks, key=lambda one: one.row)
    row, found = next(wanted, (0, iter(())))
    for number, cells in rows:
        if number != row:
            continue
        held = list(found)
        places = {one.at for one in held}
        texts = [_text(cell) for cell in cells[: len(theirs)]]
        texts += [""] * (len(theirs) - len(texts))
        told = " ".join(_named(one, theirs) for one in held)
        yield [str(number), *(Marked(one) if at in places else one for at, one in enumerate(texts)), told]
        row, found = next(wanted, (0, iter(())))


def _named(mark: Mark, headings: Sequence[str]) -> str:
    """The sentence behind the heading of its cell: a row may have several."""
    heading = headings[mark.at] if mark.at is not None and mark.at < len(headings) else ""
    return _about(heading, mark.sentence)


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, int | float) and abs(cell) >= LAST_EXACT:
        # As text its made-up last digits would pass for typed ones.
        return f"{cell:.14E}"
    return "" if cell is None else plain_text(cell)


def _told(column: str, text: str, places: dict[str, int]) -> str:
    # Where the fault has no cell of its own, the sentence says what it is about.
    return text if column in places else _about(column, text)


def _about(heading: str, text: str) -> str:
    return _("%(label)s: %(sentence)s") % {"label": heading, "sentence": text} if heading else text


@transaction.atomic
def _note(job: ImportJob, actor: Actor) -> None:
    record(actor=actor, action="exchange.fetch_marked", subject=job, after={"faults": job.count(Outcome.FAULT)})
