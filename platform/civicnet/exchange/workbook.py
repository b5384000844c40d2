"""Workbooks are opened in a process of their own, with limits: a crafted 5 KB file can ask for 500 GB.

Run as ``python -m civicnet.exchange.workbook PATH``. Each line of its output is a JSON list. First ``["since", 1904]``, if
the workbook says that its days are counted from that year and not as everywhere else; then the sheets that people
see: ``["sheet", name, height]``, each followed by ``["row", number, cells]`` for its first rows that are not empty, and
``["end"]`` after the last. Then, for each place of a sheet that it reads from its input, all rows of it and ``["end"]``.
``["error", code]`` ends everything. It imports no Django.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

import python_calamine

MEMORY = 1024 * 1024 * 1024
PROCESSOR_SECONDS = 120
MOST_COLUMNS = 200
MOST_SHEETS = 50
HEAD = 20
_SINCE_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*[\"'](?:1|true|on)[\"']")
_BEGINNING = 65536


def main(path: str) -> None:
    """Tell of all sheets, then write those that are asked for."""
    limit()
    try:
        with python_calamine.load_workbook(path) as book:
            if _since_1904(path):
                _write("since", 1904)
            _serve(book)
    except python_calamine.PasswordError:
        _write("error", "LOCKED_FILE")
    except MemoryError:
        _write("error", "FILE_TOO_HEAVY")
    except (python_calamine.CalamineError, OSError, ValueError):
        _write("error", "BROKEN_FILE")


def _serve(book: python_calamine.CalamineWorkbook) -> None:
    names = _visible(book)
    # One sheet is kept, most likely the one that will be asked for: taking it apart is most of the work.
    kept, tallest = -1, None
    for at, name in enumerate(names):
        sheet = book.get_sheet_by_name(name)
        _write("sheet", name, sheet.total_height)
        for number, row in islice(_rows(sheet), HEAD):
            _write("row", number, row)
        if tallest is None or sheet.total_height > tallest.total_height:
            kept, tallest = at, sheet
    _end()
    for line in sys.stdin:
        at = int(line)
        for number, row in _rows(tallest if at == kept else book.get_sheet_by_name(names[at])):
            _write("row", number, row)
        _end()


def _since_1904(path: str) -> bool:
    """Whether an .xlsx counts its days from 1904; the reader of it minds that in cells with a date's format only."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as part:
            return _SINCE_1904.search(part.read(_BEGINNING)) is not None
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError):
        # Another format, or packed in a way that only the reader understands.
        return False


def _visible(book: python_calamine.CalamineWorkbook) -> list[str]:
    worksheet, seen = python_calamine.SheetTypeEnum.WorkSheet, python_calamine.SheetVisibleEnum.Visible
    return [one.name for one in book.sheets_metadata if one.typ == worksheet and one.visible == seen][:MOST_SHEETS]


def _rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = row[:MOST_COLUMNS]
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            yield number, cells


def _write(*parts: Any) -> None:
    line = json.dumps(parts, ensure_ascii=False, default=_plain)
    if "\\u0000" in line:
        # No database keeps this sign, and nobody has typed it.
        line = json.dumps([_without_nul(one) for one in parts], ensure_ascii=False, default=_plain)
    sys.stdout.write(line + "\n")


def _without_nul(part: Any) -> Any:
    if isinstance(part, list):
        return [_without_nul(one) for one in part]
    return part.replace("\0", "") if isinstance(part, str) else part


def _end() -> None:
    _write("end")
    sys.stdout.flush()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return {"at": value.isoformat()}
    return str(value)


def limit() -> None:
    """Hold this process to its memory and time; what goes beyond ends it."""
    try:
        import resource
    except ImportError:  # this system has no such limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    main(sys.argv[1])
