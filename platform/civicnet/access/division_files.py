"""Division tables as files: the published ones, a level each, and our own with its column for the parent."""

from __future__ import annotations

import csv
import lzma
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from civicnet.access.organisations import Division
from civicnet.contract import InvalidInput

# The column that names the division above, by the length of a division's own code.
_ABOVE = {12: "streetCode", 9: "areaCode", 6: "cityCode", 4: "provinceCode"}


def read_divisions(paths: Iterable[Path], *, root: str = "") -> Iterator[Division]:
    """The rows of the files, one after the other; ``.xz`` is unpacked on the way.

    With ``root`` only that division and what lies below it, and it stands at the top.

    Raises:
        InvalidInput: a file has no columns ``code`` and ``name``, or does not say what lies above.
    """
    for path in paths:
        with _opened(path) as lines:
            rows = csv.DictReader(lines)
            if not {"code", "name"} <= set(rows.fieldnames or ()):
                raise InvalidInput(_("%(file)s has no columns code and name.") % {"file": path.name})
            for row in rows:
                code = row["code"].strip()
                if code.startswith(root):
                    above = "" if code == root else _above(row, code, path)
                    yield Division(code=code, name=row["name"].strip(), parent=above)


def _opened(path: Path) -> TextIO:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _above(row: dict[str, str], code: str, path: Path) -> str:
    column = "parent" if "parent" in row else _ABOVE.get(len(code), "")
    if column and column not in row:
        raise InvalidInput(_("%(file)s does not say what lies above %(code)s.") % {"file": path.name, "code": code})
    return row[column].strip() if column else ""
