"""Texts: files of values set apart by a sign, in the encodings and with the signs that offices here use."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO

from civicnet.exchange.errors import BrokenFile, OpenQuote, UnknownEncoding
from civicnet.exchange.tables import as_meant
from civicnet.exchange.workbook import MOST_COLUMNS

LINES_TO_LOOK_AT = 30
# The full-width comma comes last: it also stands inside sentences.
_DELIMITERS = (",", "\t", ";", "|", "\uff0c")
# The last one may be cut off by the end of what is looked at.
_QUOTED = re.compile(r'(?:^|(?<=[,\t;|\uff0c]))"(?:[^"]|"")*(?:"(?=[,\t;|\uff0c\r\n]|\Z)|\Z)', re.MULTILINE)
_TOLD = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_BLOCK = 65536

Record = tuple[int, list[str]]


class Text:
    """One such file: how it is written, and how many lines it has.

    Raises:
        UnknownEncoding: it is in none of the encodings we know.
        BrokenFile: it is no text.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoding, self.lines = _encoding(path)
        with self._opened() as file:
            lines = list(islice(file, LINES_TO_LOOK_AT))
        told = _TOLD.fullmatch(lines[0]) if lines else None
        self._starts_at = 2 if told else 1
        self._delimiter = told[1] if told else delimiter_of(lines)

    def records(self) -> Iterator[Record]:
        """What is not empty, with the number of the record: that is what a spreadsheet shows, though a cell may span lines.

        Raises:
            BrokenFile: in the loop, where it cannot be read.
            OpenQuote: in the loop, where a quote that nobody closed has taken in what stands behind it.
        """
        number, lines = 0, list[str]()
        with self._opened() as file:
            try:
                for number, record in enumerate(csv.reader(_noted(file, lines), delimiter=self._delimiter), start=1):
                    if len(lines) > 1:
                        self._check_quotes(lines, number)
                    lines.clear()
                    if number >= self._starts_at and (cells := _trimmed(record)):
                        yield number, cells
            except csv.Error as error:
                # A cell of such a length is what becomes of all lines behind an open quote.
                raise OpenQuote(row=number + 1) if len(lines) > 1 else BrokenFile() from error

    def _check_quotes(self, lines: list[str], number: int) -> None:
        # In one line a quote may stand anywhere, as people write it. Across lines it is where programs put it, or an accident.
        try:
            next(csv.reader(lines, delimiter=self._delimiter, strict=True), None)
        except csv.Error as error:
            raise OpenQuote(row=number) from error

    def _opened(self) -> IO[str]:
        return self._path.open(encoding=self._encoding, newline="")


def _noted(file: IO[str], lines: list[str]) -> Iterator[str]:
    """All lines of a file, each noted as it is read; an empty one behind the last, which only an open quote takes in."""
    for line in file:
        lines.append(line)
        yield line
    lines.append("\n")
    yield "\n"


def delimiter_of(lines: list[str]) -> str:
    """The sign that takes the most lines apart in the same way; a comma if none does."""
    best, most = ",", (0, 0)
    # A cell between quotes may hold whole texts, with lines and signs of their own.
    lines = _QUOTED.sub('""', "".join(lines)).splitlines()
    for sign in _DELIMITERS:
        found = _agreement(lines, sign)
        if found > most:
            best, most = sign, found
    return best


def _agreement(lines: list[str], sign: str) -> tuple[int, int]:
    try:
        widths = Counter(len(record) for record in csv.reader(lines, delimiter=sign) if len(record) > 1)
    except csv.Error:
        return (0, 0)
    # As many lines as there can be, and of that the widest.
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def _trimmed(record: list[str]) -> list[str]:
    cells = record[:MOST_COLUMNS]
    while cells and not cells[-1].strip():
        cells.pop()
    return [as_meant(cell) for cell in cells] if "'" in "".join(cells) else cells


def _encoding(path: Path) -> tuple[str, int]:
    with path.open("rb") as raw:
        head = raw.read(2)
    is_utf_16 = head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for candidate in ["utf-16"] if is_utf_16 else ["utf-8-sig", "gb18030"]:
        try:
            return candidate, _lines(path, candidate)
        except UnicodeError:
            continue
    raise UnknownEncoding()


def _lines(path: Path, encoding: str) -> int:
    found = 0
    with path.open(encoding=encoding, newline="") as file:
        for block in iter(partial(file.read, _BLOCK), ""):
            if "\0" in block:
                raise BrokenFile()
            found += block.count("\n")
    return found
