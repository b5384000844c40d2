"""The ledger in a file of lines: a head, the seals, the records chain by chain, and an end that counts and is signed."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from civicnet.cipher.backend import backend
from civicnet.ledger.content import canonical, moment
from civicnet.ledger.sources import stored_records, stored_seals
from civicnet.ledger.witness import signed

VERSION = 1


class Tally:
    """What the end of a file says of it: how much it holds, and a digest over the heads of all chains."""

    def __init__(self) -> None:
        self.records = 0
        self.seals = 0
        self._heads: dict[str, list[Any]] = {}
        self._seal = ""

    def seal(self, seal: Mapping[str, Any]) -> Mapping[str, Any]:
        """Count a seal."""
        self.seals, self._seal = self.seals + 1, str(seal.get("digest"))
        return seal

    def record(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Count a record."""
        self.records += 1
        if record["chain"]:
            self._heads[record["chain"]] = [record["position"], record["digest"]]
        return record

    def end(self, at: str) -> dict[str, Any]:
        """The last line, unsigned."""
        heads = backend().digest(canonical([at, self._seal, self._heads]))
        return {"end": VERSION, "records": self.records, "seals": self.seals, "digest": heads}


def export(path: Path) -> int:
    """Write everything there is; returns the number of records. A name that ends in .gz is compressed.

    Raises:
        FileExistsError: there is such a file already.
    """
    at, tally = moment(timezone.now()), Tally()
    with _new(path) as file:
        for line in _lines(at, tally):
            file.write(_written(line) + b"\n")
    return tally.records


def _lines(at: str, tally: Tally) -> Iterator[Mapping[str, Any]]:
    yield {"civicnet_audit": VERSION, "at": at}
    yield from ({"seal": tally.seal(seal)} for seal in stored_seals())
    yield from ({"record": tally.record(record)} for record in stored_records())
    end = tally.end(at)
    try:
        yield signed(end)
    except ImproperlyConfigured:
        # Without a key of ours the file still counts itself.
        yield end


@contextmanager
def _new(path: Path) -> Iterator[IO[bytes]]:
    # Audit records name people: for the owner's eyes, and never over another file.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw:
        if path.suffix != ".gz":
            yield raw
            return
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6) as packed:
            yield packed  # type: ignore[misc]


def read_lines(path: Path) -> Iterable[Any]:
    """The lines of such a file; what is not written as ``export`` writes it comes as an empty one."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        for text in file:
            yield _parsed(text)


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        line = json.loads(text)
        # A name that stands twice is read once: who reads the file with other eyes would see something else.
        same = _written(line) == text.removesuffix(b"\n")
    except (ValueError, RecursionError):
        return {}
    return line if same and isinstance(line, dict) else {}


def _written(line: Any) -> bytes:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()
