"""Reading tables: one stream of rows, whatever the file; nothing is held but the row in hand and the head of each sheet."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from civicnet.exchange.bundles import table_in
from civicnet.exchange.errors import REFUSALS, BrokenFile, FileTooHeavy
from civicnet.exchange.files import Format
from civicnet.exchange.texts import Text
from civicnet.exchange.workbook import HEAD

Cell = str | int | float | bool | date | datetime | None
Row = tuple[int, list[Cell]]
# SIGABRT, SIGKILL and SIGXCPU: how a process ends that meets its limits of memory or of processor time.
_LIMITS = (-6, -9, -24)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that people see: its name, a good guess at its height, and its first rows that are not empty.

    Rows carry the numbers a clerk sees beside them; empty cells at their ends are cut off.
    """

    name: str
    height: int
    head: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """An open file: its sheets, and ``rows``, which gives all rows of the sheet at such a place, once.

    ``since_1904``: it counts days from 1904, so a number without a date's format may mean either of two days.
    """

    sheets: tuple[Sheet, ...]
    rows: Callable[[int], Iterator[Row]]
    since_1904: bool = False


@contextmanager
def opened(path: Path, format: Format) -> Iterator[Book]:  # noqa: A002 - the word people use
    """The file, to be read in the block. Hidden sheets are left out: what nobody sees is imported by nobody.

    Raises:
        FileRefused: as soon as the file turns out not to be readable, also in the block.
    """
    if format is Format.BUNDLE:
        with table_in(path, format) as (table, kind), opened(table, kind) as book:
            yield book
        return
    if format is Format.TEXT:
        text = Text(path)
        head: tuple[Row, ...] = tuple((number, list(record)) for number, record in islice(text.records(), HEAD))
        yield Book((Sheet("", text.lines, head),), lambda _at: ((number, list(one)) for number, one in text.records()))
        return
    # -P: the folder one stands in may hold names that shadow modules.
    command = [sys.executable, "-P", "-m", "civicnet.exchange.workbook", str(path)]
    with subprocess.Popen(  # noqa: S603 - our own module, and a path that is no option
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        try:
            told = list(_lines(child))
            yield Book(tuple(_sheets(told)), lambda at: _rows(child, at), since_1904=told[0] == ["since", 1904])
        finally:
            child.kill()


def _sheets(lines: list[list[Any]]) -> Iterator[Sheet]:
    told: list[Any] = []
    head: list[Row] = []
    for line in lines:
        if line[0] == "row":
            head.append((line[1], line[2]))
            continue
        if told and told[0] == "sheet":
            yield Sheet(told[1], told[2], tuple(head))
        told, head = line, []


def _rows(child: subprocess.Popen[bytes], at: int) -> Iterator[Row]:
    if child.stdin is None:
        raise BrokenFile()
    with suppress(BrokenPipeError):  # how it ended is told below
        child.stdin.write(b"%d\n" % at)
        child.stdin.flush()
    for line in _lines(child):
        if line[0] == "row":
            yield line[1], line[2]


def _lines(child: subprocess.Popen[bytes]) -> Iterator[list[Any]]:
    """Lines up to the end of what was asked for, that one included."""
    if child.stdout is None:
        raise BrokenFile()
    for raw in child.stdout:
        line = json.loads(raw, object_hook=_date)
        if line[0] == "error":
            raise REFUSALS[line[1]]()
        yield line
        if line[0] == "end":
            return
    raise FileTooHeavy() if child.wait() in _LIMITS else BrokenFile()


def _date(entry: dict[str, str]) -> datetime | date:
    text = entry["at"]
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
