"""Verifying an exported file: no database is asked, only the file, and the witness and its keys where they are at hand."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from civicnet.ledger.content import FIELDS
from civicnet.ledger.export import VERSION, Tally, read_lines
from civicnet.ledger.findings import Report
from civicnet.ledger.seals import FIELDS as SEAL_FIELDS
from civicnet.ledger.testimony import Testimony
from civicnet.ledger.verify import verify
from civicnet.ledger.witness import is_genuine

_KINDS: dict[str, tuple[str, ...]] = {"seal": (*SEAL_FIELDS, "digest"), "record": ("id", *FIELDS, "digest")}
_NUMBERS = ("id", "number", "records")


def verify_file(path: Path, *, folder: Path | None, keys: Mapping[str, bytes]) -> Report:
    """Verify a file that ``export`` wrote. The witness may have gone on since: what it said later is left out."""
    reader = _Reader(path)
    until = str(reader.head.get("at", ""))
    testimony = Testimony(folder, keys=keys, until=until) if folder else None
    report = verify(seals=reader.seals(), records=reader.records(), testimony=testimony)
    end = reader.tally.end(until)
    if reader.end is None or reader.head.get("civicnet_audit") != VERSION:
        report.add("file_cut")
    elif not _belongs(reader, end) or (keys and not is_genuine(reader.end, keys)):
        report.add("file_altered")
    for number in reader.wrong:
        report.add("file_altered", "", number)
    return report


def _belongs(reader: _Reader, end: Mapping[str, Any]) -> bool:
    said = {name: value for name, value in (reader.end or {}).items() if name not in ("key", "mac")}
    return said == end and set(reader.head) == {"civicnet_audit", "at"}


class _Reader:
    """The file's parts in their order; lines of a wrong shape are left out and noted."""

    def __init__(self, path: Path) -> None:
        self.tally = Tally()
        self.wrong: list[int] = []
        self.end: dict[str, Any] | None = None
        self._lines = self._numbered(path)
        self.head: dict[str, Any] = next(self._lines, (0, {}))[1]
        self._next: tuple[int, dict[str, Any]] | None = None

    def seals(self) -> Iterator[Mapping[str, Any]]:
        """All seals; the first line after them is kept for the records."""
        for number, line in self._lines:
            if "seal" not in line:
                self._next = (number, line)
                return
            if _is_whole(line, "seal"):
                yield self.tally.seal(line["seal"])
            else:
                self.wrong.append(number)

    def records(self) -> Iterator[Mapping[str, Any]]:
        """All records, up to the end line."""
        for number, line in chain([self._next] if self._next else [], self._lines):
            if self.end is not None or not (_is_whole(line, "record") or "end" in line):
                self.wrong.append(number)
            elif "end" in line:
                self.end = line
            else:
                yield self.tally.record(line["record"])

    @staticmethod
    def _numbered(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
        try:
            yield from enumerate(read_lines(path), start=1)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            # A compressed file that breaks off, or is none: what came before it is looked at all the same.
            return


def _is_whole(line: Mapping[str, Any], kind: str) -> bool:
    content = line.get(kind)
    if len(line) != 1 or not isinstance(content, dict) or set(content) != set(_KINDS[kind]):
        return False
    numbers = all(isinstance(content[name], int) for name in _NUMBERS if name in content)
    if kind == "seal":
        return numbers and isinstance(content["heads"], dict)
    return numbers and isinstance(content["chain"], str)
