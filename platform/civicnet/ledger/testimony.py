"""Reading the witness: its lines, one after another, each asked for its place, its number and its key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civicnet.ledger.findings import Report
from civicnet.ledger.witness import SEALS, chain_file, is_genuine


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

    def binds(self, line: Line) -> bool:
        """Whether what the line speaks of must be there."""
        return not self.until or line.at <= self.until

    def chains(self) -> Iterator[str]:
        """Every chain there is a file of."""
        return (path.stem for path in sorted(self.folder.glob("chains/??/*.jsonl")))

    def of_chain(self, chain: str, report: Report) -> Iterator[Line]:
        """What is said about a chain, in the order in which it was said."""
        last = 0
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

    def _is_genuine(self, content: Mapping[str, Any]) -> bool:
        return not self.keys or is_genuine(content, self.keys)

    def _lines(self, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
        if not path.is_file():
            return
        with path.open("rb") as file:
            for number, text in enumerate(file, start=1):
                try:
                    content = json.loads(text)
                except ValueError:
                    content = None
                yield number, content if isinstance(content, dict) else {}
