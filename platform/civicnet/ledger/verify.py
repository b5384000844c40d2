"""Verification: all seals and all records, once through, with no more in memory than the heads of the chains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from civicnet.ledger.findings import Report
from civicnet.ledger.testimony import Testimony
from civicnet.ledger.verify_chain import ChainCheck
from civicnet.ledger.verify_seals import check_seals


def verify(
    *, seals: Iterable[Mapping[str, Any]], records: Iterable[Mapping[str, Any]], testimony: Testimony | None
) -> Report:
    """Compare everything with everything. Records come chain by chain, in the order of their places.

    ``seals`` are read before ``records``, and the lines of the witness after them: what a seal or a line speaks of was
    committed before.
    """
    report = Report(witness=testimony is not None, keys=bool(testimony and testimony.keys))
    if testimony:
        testimony.hear(report)
    sealed = check_seals(seals, testimony=testimony, report=report)
    seen: set[str] = set()
    outside, first = 0, 0
    for chain, own in groupby(records, key=itemgetter("chain")):
        if not chain:
            for record in own:
                report.before_chain += 1
                outside = max(outside, record["id"])
            continue
        if chain in seen:
            report.add("doubled", chain)
        seen.add(chain)
        check = ChainCheck(chain, sealed=sealed.get(chain, ()), testimony=testimony, report=report)
        for record in own:
            report.records += 1
            first = min(first, record["id"]) if first else record["id"]
            check.take(record)
        check.close()
    if first and outside > first:
        report.add("inserted")
    report.chains = len(seen)
    _miss(seen, sealed, testimony, report)
    return report


def _miss(seen: set[str], sealed: Iterable[str], testimony: Testimony | None, report: Report) -> None:
    gone = set(sealed) - seen
    for chain in testimony.chains() if testimony else ():
        if chain not in seen and chain not in gone:
            lines = list(testimony.of_chain(chain, report)) if testimony else []
            if any(testimony.binds(line) for line in lines if testimony):
                gone.add(chain)
    for chain in sorted(gone):
        report.add("chain_missing", chain)
