"""The audit's benchmark: verifying 100,000 records, and what a deed costs with its record and without, alone and among eight.

The rivals are ourselves: the same rows read and not verified, and the same services with the record left out. Everything else
of a service stays: permissions, validation, the change log, the commit, and for the audited the line of the witness.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from statistics import median
from typing import Any

from django.db import connection

from civicnet_site.bench.harness import SECONDS, Contender, Figure, compare, contend, contenders

RECORDS = 100_000
WRITERS = 8
ROUNDS = 5
# Ten seconds for 100,000 records; a call within 1.5 times; eight writers with seven tenths of their throughput.
MOST_SECONDS, LEAST_RATE, LEAST_TOGETHER = 10.0, 1 / 1.5, 0.7


def run() -> Iterator[Figure]:
    """All figures, one after another. Makes its records and people first."""
    from civicnet_site.bench.audit_data import load_people, load_records

    load_records(RECORDS)
    load_people(WRITERS)
    yield _verification()
    with contenders(__name__, "case", "case-unaudited") as (ours, rival):
        yield replace(compare("audit.submit_case.vs_unaudited", ours, rival, target=LEAST_RATE), unit="calls/s")
    with contenders(__name__, "name-0", "name-unaudited-0") as (ours, rival):
        yield replace(compare("audit.rename_person.vs_unaudited", ours, rival, target=LEAST_RATE), unit="calls/s")
    if connection.vendor == "postgresql":
        yield _together()
    else:
        sys.stderr.write(
            "audit.8_writers: SQLite has one writer at a time, so this says something on PostgreSQL only.\n"
        )


def worker(name: str) -> Callable[[], None]:
    """A function that calls the service once; with ``unaudited`` in its name, the audit record is left out."""
    import django

    django.setup()
    from civicnet.ledger import services
    from civicnet_site.bench.audit_data import renaming, submitting

    if "unaudited" in name:

        def leave_out(**content: Any) -> None:
            return None

        services._chained = leave_out  # type: ignore[assignment]
    return submitting() if name.startswith("case") else renaming(int(name.rpartition("-")[2]))


def _verification() -> Figure:
    from civicnet.ledger.sources import stored_records
    from civicnet.ledger.verify_database import verify_database

    pairs = []
    for _round in range(3):
        began = time.perf_counter()
        report = verify_database()
        verified = time.perf_counter()
        read = sum(1 for _record in stored_records())
        if not report.is_sound or report.records != read or read < RECORDS:
            raise RuntimeError(report.verdict())
        share = RECORDS / read
        pairs.append(((verified - began) * share, (time.perf_counter() - verified) * share))
    ours, rival = (median(side) for side in zip(*pairs, strict=True))
    met = ours < MOST_SECONDS
    return Figure(
        "audit.verify_100k.vs_reading_only",
        "s",
        round(ours, 2),
        round(rival, 2),
        round(ours / rival, 2),
        MOST_SECONDS,
        met,
    )


def _together() -> Figure:
    names = [f"name-{number}" for number in range(WRITERS)]
    others = [f"name-unaudited-{number}" for number in range(WRITERS)]
    with contenders(__name__, *names) as ours, contenders(__name__, *others) as rivals:
        pairs = [(_rate(ours), _rate(rivals)) for _round in range(ROUNDS)]
    ratio = median(mine / theirs for mine, theirs in pairs)
    mine, theirs = (median(side) for side in zip(*pairs, strict=True))
    figure = f"audit.{WRITERS}_writers.vs_unaudited"
    return Figure(
        figure, "calls/s", round(mine, 1), round(theirs, 1), round(ratio, 2), LEAST_TOGETHER, ratio >= LEAST_TOGETHER
    )


def _rate(writers: list[Contender]) -> float:
    with ThreadPoolExecutor(len(writers)) as pool:
        rates: list[float] = list(pool.map(lambda one: one.run(2 * SECONDS), writers))
    return sum(rates)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civicnet_site.settings.bench")
    contend(worker(sys.argv[1]))
