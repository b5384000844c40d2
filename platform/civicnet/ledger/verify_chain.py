"""Verifying one chain: each record against the one before it, against the seals, and against the witness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from civicnet.ledger.content import digest_of
from civicnet.ledger.findings import Report
from civicnet.ledger.testimony import Line, Testimony


class ChainCheck:
    """Takes a chain's records in their order; keeps only the last."""

    def __init__(
        self, chain: str, *, sealed: Sequence[tuple[int, str]], testimony: Testimony | None, report: Report
    ) -> None:
        self.chain = chain
        self.report = report
        self.testimony = testimony
        self.last = 0
        self._digest = ""
        self._id = 0
        self._witnessed = 0
        self._sealed = iter(sealed)
        self._seal = next(self._sealed, None)
        self._lines = testimony.of_chain(chain, report) if testimony else iter(())
        self._line: Line | None = next(self._lines, None)

    def take(self, record: Mapping[str, Any]) -> None:
        """Look at the next record."""
        position, digest = record["position"], str(record["digest"])
        if not isinstance(position, int):
            self.report.add("altered", self.chain)
            return
        if position <= self.last:
            self.report.add("doubled", self.chain, position)
            return
        if position > self.last + 1:
            # What the digest before was, nobody knows any more: this one begins anew.
            self.report.add("missing", self.chain, position)
        elif digest_of(record, self._digest) != digest:
            self.report.add("altered", self.chain, position)
        elif record["id"] <= self._id:
            self.report.add("reordered", self.chain, position)
        self.last, self._digest, self._id = position, digest, max(self._id, record["id"])
        if not self._agrees(position, digest):
            self.report.add("rewritten", self.chain, position)

    def close(self) -> None:
        """The records are at their end: whoever knows more must be told."""
        known = self._seal[0] if self._seal else 0
        for known_seal, _digest in self._sealed:
            known = known_seal
        while self._line:
            if self.testimony and self.testimony.binds(self._line):
                known = max(known, self._line.position)
            self._line = next(self._lines, None)
        if known > self.last:
            self.report.add("cut", self.chain, self.last)
        if self.testimony and self.last > self._witnessed:
            self.report.add("unwitnessed", self.chain, self._witnessed + 1)

    def _agrees(self, position: int, digest: str) -> bool:
        agrees = True
        while self._seal and self._seal[0] <= position:
            agrees = agrees and (self._seal[0] < position or self._seal[1] == digest)
            self._seal = next(self._sealed, None)
        while self._line and self._line.position <= position:
            if self._line.position == position:
                agrees = agrees and self._line.digest == digest
                self._witnessed = position
            self._line = next(self._lines, None)
        return agrees
