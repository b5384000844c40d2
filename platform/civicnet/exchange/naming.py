"""Files that wait, searched for a person: rows that are not in the spool, because they are faulty or were not read yet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from civicnet.cipher import blind_indexes
from civicnet.exchange.cells import is_blank, plain_text
from civicnet.exchange.errors import MENDED_BY_CHOICE, FileRefused
from civicnet.exchange.files import Format
from civicnet.exchange.models import ImportJob, JobState
from civicnet.exchange.reading import Cell, opened
from civicnet.exchange.steps import local_copy

_WAITING = (JobState.UPLOADED, JobState.CHECKING, JobState.CHECKED)
_SEPARATORS = re.compile(r"[\s\u2010-\u2015_.\u00b7()-]+")
_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9X]|1[0-9]{10})(?![0-9])")


@dataclass(frozen=True, slots=True)
class NamingRow:
    """A row of a file that names the person, with its cells as text."""

    job: ImportJob
    row: int
    text: str


def rows_naming(wanted: frozenset[str] | set[str], *, apart_from: set[tuple[UUID, int]]) -> Iterator[NamingRow]:
    """Rows of files that wait, in which one of these keyed digests stands; ``apart_from`` are jobs' rows known already."""
    waiting = ImportJob.objects.filter(state__in=_WAITING) | ImportJob.objects.filter(
        state=JobState.REFUSED, error_code__in=MENDED_BY_CHOICE
    )
    for job in waiting.exclude(file="").order_by("pk"):
        try:
            yield from _rows(job, wanted, apart_from)
        except (FileRefused, FileNotFoundError):
            # Nobody can read it, or it went meanwhile.
            continue


def _rows(job: ImportJob, wanted: frozenset[str] | set[str], known: set[tuple[UUID, int]]) -> Iterator[NamingRow]:
    with local_copy(job) as path, opened(path, Format(job.format)) as book:
        for at in range(len(book.sheets)):
            for row, cells in book.rows(at):
                if (job.pk, row) not in known and any(_names(cell, wanted) for cell in cells):
                    yield NamingRow(job, row, " | ".join(plain_text(cell) for cell in cells if not is_blank(cell)))


def _names(cell: Cell, wanted: frozenset[str] | set[str]) -> bool:
    text = unicodedata.normalize("NFKC", plain_text(cell)).upper()
    if len(text) < 11:
        return False
    numbers = {*_NUMBER.findall(text), *_NUMBER.findall(_SEPARATORS.sub("", text))}
    return any(wanted & set(blind_indexes(number)) for number in numbers)
