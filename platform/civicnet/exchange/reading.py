"""Reading tables: one stream of rows, whatever the file; nothing is held but the row in hand."""

from __future__ import annotations

import codecs
import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from civicnet.exchange.errors import REFUSALS, BrokenFile
from civicnet.exchange.files import Format

Cell = str | int | float | bool | date | datetime | None
Row = tuple[int, list[Cell]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name, a good guess at its height, rows with the numbers a clerk sees beside them."""

    name: str
    height: int
    rows: Iterator[Row]


@contextmanager
def opened(path: Path, format: Format) -> Iterator[Iterator[Sheet]]:  # noqa: A002 - the word people use
    """All sheets in turn. Each must be read, or left, before the next is asked for.

    Raises:
        FileRefused: in the block, as soon as the file turns out not to be readable.
    """
    if format is Format.TEXT:
        yield _text(path)
        return
    # -P: the folder one stands in may hold names that shadow modules.
    command = [sys.executable, "-P", "-m", "civicnet.exchange.workbook", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:  # noqa: S603
        try:
            yield _workbook(child)
        finally:
            child.kill()


def _workbook(child: subprocess.Popen[bytes]) -> Iterator[Sheet]:
    lines = _lines(child)
    line = next(lines, None)
    while line is not None:
        _kind, name, height = line
        follow: list[Any] = [None]
        yield Sheet(name, height, _rows(lines, follow))
        # Rows that nobody wanted still stand before the next sheet.
        line = follow[0] or next((one for one in lines if one[0] == "sheet"), None)


def _rows(lines: Iterator[list[Any]], follow: list[Any]) -> Iterator[Row]:
    for line in lines:
        if line[0] == "sheet":
            follow[0] = line
            return
        yield line[1], line[2]


def _lines(child: subprocess.Popen[bytes]) -> Iterator[list[Any]]:
    if child.stdout is None:
        raise BrokenFile()
    for raw in child.stdout:
        line = json.loads(raw, object_hook=_date)
        if line[0] == "error":
            raise REFUSALS[line[1]]()
        yield line
    if child.wait() != 0:
        raise BrokenFile()


def _date(entry: dict[str, str]) -> datetime | date:
    text = entry["at"]
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _text(path: Path) -> Iterator[Sheet]:
    encoding, lines = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(list(islice(file, 20)))
        file.seek(0)
        yield Sheet("", lines, _records(file, delimiter))


def _records(file: Any, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(file, delimiter=delimiter)
    try:
        # A record may span lines; the number a clerk sees in the spreadsheet is the record's.
        for number, record in enumerate(reader, start=1):
            if any(cell.strip() for cell in record):
                yield number, list(record)
    except csv.Error as error:
        raise BrokenFile() from error


def _encoding(path: Path) -> tuple[str, int]:
    with path.open("rb") as raw:
        head = raw.read(2)
    is_utf_16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    candidates = ["utf-16"] if is_utf_16 else ["utf-8-sig", "gb18030"]
    for candidate in candidates:
        try:
            with path.open(encoding=candidate, newline="") as file:
                return candidate, sum(chunk.count("\n") for chunk in iter(lambda: file.read(65536), ""))
        except UnicodeError:
            continue
    raise BrokenFile()


def _delimiter(lines: list[str]) -> str:
    return max(",\t;|", key=lambda sign: sum(line.count(sign) for line in lines))
