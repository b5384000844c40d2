"""Texts: files of values set apart by a sign, in the encodings and with the signs that offices here use."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

from civicnet.exchange.errors import BlankRows, BrokenFile, LineTooLong, OpenQuote, UnknownEncoding
from civicnet.exchange.tables import as_meant
from civicnet.exchange.workbook import MOST_COLUMNS

LINES_TO_LOOK_AT = 30
_CHARACTERS_TO_LOOK_AT = 1_000_000
# A text of 200,000 characters and all that stands beside it. A spreadsheet's cell holds 32,767, a body of an article 30,000.
LONGEST_ROW = 300_000
# A sheet's rows, which its program may have saved all; and one behind each row, where each line was ended twice.
MOST_BLANK_ROWS = 1_048_576
# The full-width comma comes last: it also stands inside sentences.
_DELIMITERS = (",", "\t", ";", "|", "\uff0c")
# The last one may be cut off by the end of what is looked at.
_QUOTED = re.compile(r'(?:^|(?<=[,\t;|\uff0c]))"[^"]*+(?:""[^"]*+)*+(?:"(?=[,\t;|\uff0c\r\n]|\Z)|\Z)', re.MULTILINE)
_TOLD = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_LINE_END = re.compile("[\r\n]")
# Shorter than a line may be: a line that is too long is never within one.
_BLOCK = 65536

# One limit for cells and rows: a longer cell than a kind of rows takes is a fault of its row, and no reason to refuse a file.
csv.field_size_limit(LONGEST_ROW)

Record = tuple[int, list[str]]


class Text:
    """One such file: how it is written, and how many lines it has.

    Raises:
        UnknownEncoding: it is in none of the encodings we know.
        BrokenFile: it is no text.
        LineTooLong: a line of it has more than ``LONGEST_ROW`` characters.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoding, self.lines = _encoding(path)
        with self._opened() as file:
            lines = _first(file)
        told = _TOLD.fullmatch(lines[0]) if lines else None
        self._starts_at = 2 if told else 1
        self._delimiter = told[1] if told else delimiter_of(lines)

    def records(self) -> Iterator[Record]:
        """What is not empty, with the number of the record: that is what a spreadsheet shows, though a cell may span lines.

        Raises:
            BrokenFile: in the loop, where it cannot be read.
            OpenQuote: in the loop, where a quote that nobody closed has taken in what stands behind it.
            BlankRows: in the loop, behind ``MOST_BLANK_ROWS`` of them.
        """
        # The blank row behind the last is none of the file's.
        number, blank, lines = 0, -1, list[str]()
        with self._opened() as file:
            try:
                for number, record in enumerate(csv.reader(_noted(file, lines), delimiter=self._delimiter), start=1):
                    if len(lines) > 1:
                        self._check_quotes(lines, number)
                    lines.clear()
                    if number >= self._starts_at and (cells := _trimmed(record)):
                        yield number, cells
                    elif (blank := blank + 1) > MOST_BLANK_ROWS:
                        raise BlankRows(limit=MOST_BLANK_ROWS)
            except csv.Error as error:
                # A row of such a length is what becomes of all lines behind an open quote.
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
    """All lines of a file, each noted as it is read; an empty one behind the last, which only an open quote takes in.

    Raises:
        csv.Error: those noted, which are one row, are too long together.
    """
    room = LONGEST_ROW
    for line in file:
        if not lines:
            room = LONGEST_ROW
        elif (room := room - len(line)) < 0:
            raise csv.Error()
        lines.append(line)
        yield line
    lines.append("\n")
    yield "\n"


def _first(file: IO[str]) -> list[str]:
    lines, length = list[str](), 0
    for line in file:
        lines.append(line)
        length += len(line)
        if len(lines) == LINES_TO_LOOK_AT or length > _CHARACTERS_TO_LOOK_AT:
            break
    return lines


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
    # Nothing else reads the file before it is known that no line of it is endless.
    found = length = 0
    with path.open(encoding=encoding, newline="") as file:
        for block in iter(partial(file.read, _BLOCK), ""):
            if "\0" in block:
                raise BrokenFile()
            if length + len(block) > LONGEST_ROW and length + _before_end(block) > LONGEST_ROW:
                raise LineTooLong(line=found + 1, limit=LONGEST_ROW)
            last = max(block.rfind("\n"), block.rfind("\r"))
            length = (length if last < 0 else 0) + len(block) - last - 1
            found += block.count("\n")
    return found


def _before_end(block: str) -> int:
    end = _LINE_END.search(block)
    return end.start() if end else len(block)
