"""Reading the witness: its lines, one after another, each asked for its place, its number and its key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from operator import attrgetter
from pathlib import Path
from typing import Any

from civicnet.ledger.findings import Report
from civicnet.ledger.witness import ACKNOWLEDGED, SEALS, chain_file, is_genuine

# What is read may be forged: a name leads to a file only if it is one that a writer gives.
_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says: how far a chain had come, or that a seal was made."""

    position: int
    digest: str
    at: str
    records: int = 0


class Testimony:
    """The lines in one folder. What was said after ``until`` is about records that may not have been read any more."""

    def __init__(self, folder: Path, *, keys: Mapping[str, bytes], until: str = "") -> None:
        self.folder = folder
        self.keys = keys
        self.until = until
        self._by_hand: dict[str, list[Line]] = {}

    def hear(self, report: Report) -> None:
        """Read what was acknowledged by hand; from here on it counts as said by the witness."""
        self._by_hand.clear()
        for number, content in self._lines(self.folder / ACKNOWLEDGED):
            chain, position = content.get("chain", ""), content.get("position", content.get("seal"))
            if not self._is_genuine(content) or not isinstance(position, int):
                report.add("checkpoint_altered", "", number)
                continue
            report.acknowledged += 1
            line = Line(position, str(content.get("digest")), str(content.get("at")))
            self._by_hand.setdefault(str(chain), []).append(line)

    def binds(self, line: Line) -> bool:
        """Whether what the line speaks of must be there."""
        return not self.until or line.at <= self.until

    def chains(self) -> Iterator[str]:
        """Every chain that something is said about."""
        files = {path.stem for path in self.folder.glob("chains/??/*.jsonl")}
        return iter(sorted(files | self._by_hand.keys() - {""}))

    def of_chain(self, chain: str, report: Report) -> Iterator[Line]:
        """What is said about a chain, in the order of its records."""
        by_hand = sorted(self._by_hand.get(chain, ()), key=attrgetter("position"))
        return merge(self._of_writer(chain, report), by_hand, key=attrgetter("position"))

    def _of_writer(self, chain: str, report: Report) -> Iterator[Line]:
        last = 0
        if not _NAME.fullmatch(chain):
            return
        for number, content in self._lines(self.folder / chain_file(chain)):
            genuine = content.get("chain") == chain and self._is_genuine(content)
            if not genuine or not isinstance(content.get("position"), int) or content["position"] <= last:
                report.add("checkpoint_altered", chain, number)
                continue
            if content.get("line") != number:
                report.add("checkpoint_missing", chain, number)
            last = content["position"]
            yield Line(last, str(content.get("digest")), str(content.get("at")))

    def of_seals(self, report: Report) -> Iterator[Line]:
        """What is said about seals."""
        for number, content in self._lines(self.folder / SEALS):
            if not self._is_genuine(content) or not isinstance(content.get("seal"), int):
                report.add("checkpoint_altered", "", number)
                continue
            yield Line(content["seal"], str(content.get("digest")), str(content.get("at")), content.get("records", 0))
        yield from self._by_hand.get("", ())

    def _is_genuine(self, content: Mapping[str, Any]) -> bool:
        return not self.keys or is_genuine(content, self.keys)

    def _lines(self, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
        if not path.is_file():
            return
        with path.open("rb") as file:
            for number, text in enumerate(file, start=1):
                try:
                    content = json.loads(text)
                except (ValueError, RecursionError):
                    content = None
                yield number, content if isinstance(content, dict) else {}
