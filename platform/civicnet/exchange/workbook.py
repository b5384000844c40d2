"""Workbooks are opened in a process of their own, with limits: a crafted 5 KB file can ask for 500 GB.

Run as ``python -m civicnet.exchange.workbook PATH``. Each line of its output is a JSON list:
``["sheet", name, height]``, then ``["row", number, cells]`` for every row that is not empty,
or ``["error", code]`` at last. It imports no Django.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from typing import Any

import python_calamine

MEMORY = 1024 * 1024 * 1024
PROCESSOR_SECONDS = 120
MOST_COLUMNS = 200


def main(path: str) -> None:
    """Write all sheets, those that people see first."""
    _limit()
    write = sys.stdout.write
    try:
        with python_calamine.load_workbook(path) as book:
            sheets = [one for one in book.sheets_metadata if one.typ == python_calamine.SheetTypeEnum.WorkSheet]
            sheets.sort(key=lambda one: one.visible != python_calamine.SheetVisibleEnum.Visible)
            for meta in sheets:
                sheet = book.get_sheet_by_name(meta.name)
                write(_line("sheet", meta.name, sheet.total_height))
                for number, row in enumerate(sheet.iter_rows(), start=1):
                    if any(cell != "" for cell in row):
                        write(_line("row", number, row[:MOST_COLUMNS]))
    except python_calamine.PasswordError:
        write(_line("error", "LOCKED_FILE"))
    except (python_calamine.CalamineError, OSError, ValueError):
        write(_line("error", "BROKEN_FILE"))


def _line(*parts: Any) -> str:
    return json.dumps(parts, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return {"at": value.isoformat()}
    return str(value)


def _limit() -> None:
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
