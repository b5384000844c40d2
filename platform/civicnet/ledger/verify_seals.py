"""Verifying the seals: each against the one before it, its sum against its heads, and all against the witness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from civicnet.ledger.findings import Report
from civicnet.ledger.seals import seal_digest
from civicnet.ledger.testimony import Testimony

# Chain → what the seals say of it, in their order.
Sealed = dict[str, list[tuple[int, str]]]


def check_seals(seals: Iterable[Mapping[str, Any]], *, testimony: Testimony | None, report: Report) -> Sealed:
    """Look at all seals in the order of their numbers; returns what they say of the chains."""
    sealed: Sealed = {}
    digests: dict[int, str] = {}
    number, records, previous = 0, 0, ""
    for seal in seals:
        report.seals += 1
        follows = seal["number"] == number + 1
        if not follows:
            report.add("seal_missing", "", number + 1)
        grown = _take_heads(seal["heads"], sealed)
        sound = seal_digest(seal) == seal["digest"] and grown is not None
        if not sound or (follows and (seal["previous"] != previous or records + (grown or 0) != seal["records"])):
            report.add("seal_altered", "", seal["number"])
        number, records, previous = seal["number"], seal["records"], seal["digest"]
        digests[number] = previous
    if testimony:
        _ask(testimony, digests, report)
    return sealed


def _take_heads(heads: Any, sealed: Sealed) -> int | None:
    grown = 0
    if not isinstance(heads, Mapping):
        return None
    for chain, head in heads.items():
        known = sealed.setdefault(chain, [])
        before = known[-1][0] if known else 0
        if not _is_head(head) or head[0] <= before:
            return None
        position, digest = head
        grown += position - before
        known.append((position, digest))
    return grown


def _is_head(head: Any) -> bool:
    return isinstance(head, list) and len(head) == 2 and isinstance(head[0], int) and isinstance(head[1], str)


def _ask(testimony: Testimony, digests: Mapping[int, str], report: Report) -> None:
    told: set[int] = set()
    expected = 1
    for line in testimony.of_seals(report):
        told.add(line.position)
        if line.position in digests:
            if digests[line.position] != line.digest:
                report.add("seal_rewritten", "", line.position)
        elif testimony.binds(line):
            report.add("seal_missing", "", line.position)
        expected = max(expected, line.position + 1)
    for number in sorted(set(digests) - told):
        # One in the middle was told once: the lines are counted by the seals' numbers.
        report.add("checkpoint_missing" if number < expected else "seal_unwitnessed", "", number)
