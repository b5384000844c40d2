"""The exchange's benchmark: a roster through our engine, beside what a city would take or write instead, on the same rows.

Each contestant reads the same file in a process of its own and writes new rows, then changes all of them; rivals write one
plain table, without seals, audit, change log, preview or undo. Times go from opening the file to the last commit.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from civicnet_site.bench.harness import Figure, Options, left_out

ROWS, QUICK, MILLION = 100_000, 10_000, 1_000_000
# The defaults need minutes for what others do in seconds; their time grows with the rows and no faster.
DEFAULT_ROWS = 5_000
ROUNDS = 3
MOST_MEGABYTES, MOST_MILLISECONDS, MOST_SECONDS = 250, 100, 30
PREVIEW = "exchange.preview.xlsx"
RIVALS = {"defaults": "django_import_export", "bulk": "import_export_use_bulk", "plain": "bulk_create", "copy": "copy"}
TARGETS = {
    ("postgresql", "defaults"): 25.0,
    ("postgresql", "copy"): 0.25,
    ("sqlite", "defaults"): 10.0,
}
ACTS = ("new", "update")


def run(options: Options) -> Iterator[Figure]:
    """The figures asked for, on each kind of database."""
    # A turn imports this package before Django is set up.
    from civicnet_site.bench.exchange import articles, beside
    from civicnet_site.bench.gateway.cities import NoDatabase, database

    for kind in options.databases:
        try:
            with database(kind) as url:
                turn_of(url, "prepare", 0)
                yield from _memory(kind, url) if options.memory else _speed(kind, url, options)
                if not options.memory:
                    yield from articles.figures(kind, url, options)
            if options.wants(beside.NAME) and not options.memory:
                with database(kind) as url:
                    yield beside.measured(kind, url, *_size(options))
        except NoDatabase as error:
            yield left_out("exchange", kind, str(error), unit="rows/s", target=None)


def _speed(kind: str, url: str, options: Options) -> Iterator[Figure]:
    rows, rounds = _size(options)
    if options.wants(PREVIEW):
        yield _preview(kind, turn_of(url, "workbook", rows))
    rivals = [one for one in RIVALS if one != "copy" or kind == "postgresql"]
    rivals = [one for one in rivals if any(options.wants(_name(act, one)) for act in ACTS)]
    if not rivals:
        return
    turns: dict[str, list[dict[str, Any]]] = {name: [] for name in ("ours", *rivals)}
    for _round in range(rounds):
        for name, told in turns.items():
            told.append(turn_of(url, name, min(rows, DEFAULT_ROWS) if name == "defaults" else rows))
    for act in ACTS:
        for rival in rivals:
            if options.wants(_name(act, rival)):
                yield _figure(kind, act, rival, turns["ours"], turns[rival])
    yield _peak(kind, rows, [one["megabytes"] for one in turns["ours"]])
    if kind == "sqlite":
        # It has one writer at a time, for whom all others wait.
        longest = max(one["longest_ms"] for one in turns["ours"])
        yield _limit("exchange.longest_transaction", "ms", kind, round(longest, 1), MOST_MILLISECONDS)


def _size(options: Options) -> tuple[int, int]:
    """How many rows, and how often."""
    return (QUICK, 1) if options.quick else (ROWS, min(options.rounds, ROUNDS))


def _memory(kind: str, url: str) -> Iterator[Figure]:
    yield _peak(kind, MILLION, [turn_of(url, "ours", MILLION)["megabytes"]])


def _figure(kind: str, act: str, rival: str, ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> Figure:
    pairs = [(mine[act], other[act]) for mine, other in zip(ours, theirs, strict=True)]
    ratios = [mine / other for mine, other in pairs]
    target = TARGETS.get((kind, rival))
    return Figure(
        figure=_name(act, rival),
        unit="rows/s",
        ours=round(median(mine for mine, _other in pairs)),
        rival=round(median(other for _mine, other in pairs)),
        ratio=round(median(ratios), 2),
        target=target,
        met=None if target is None else median(ratios) >= target,
        database=kind,
        spread=(round(min(ratios), 2), round(max(ratios), 2)),
        rounds=len(pairs),
        details={name: round(median(one[name] for one in ours), 2) for name in ours[0] if name.startswith(act + "_")},
    )


def _peak(kind: str, rows: int, megabytes: list[float]) -> Figure:
    return _limit(f"exchange.memory.{rows}_rows", "MB", kind, max(megabytes), MOST_MEGABYTES)


def _preview(kind: str, told: dict[str, float]) -> Figure:
    details = {name: round(told[name], 2) for name in ("moves", "longest_wait", "megabytes", "reader_mb")}
    return _limit(PREVIEW, "s", kind, round(told["seconds"], 1), MOST_SECONDS, details)


def _limit(
    name: str, unit: str, kind: str, ours: float, most: float, details: dict[str, float] | None = None
) -> Figure:
    return Figure(
        figure=name,
        unit=unit,
        ours=ours,
        rival=None,
        ratio=None,
        target=most,
        met=ours <= most,
        database=kind,
        details=details or {},
    )


def _name(act: str, rival: str) -> str:
    return f"exchange.{act}.vs_{RIVALS[rival]}"


def turn_of(url: str, name: str, rows: int, *, module: str = "turn") -> dict[str, Any]:
    """What one turn on a database tells, which a module of this package takes in a process of its own."""
    command = [sys.executable, "-m", f"civicnet_site.bench.exchange.{module}", name, str(rows)]
    done = subprocess.run(  # noqa: S603
        command, env=os.environ | {"DATABASE_URL": url}, stdout=subprocess.PIPE, text=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
