"""One turn of one contestant in a process of its own: ``python -m civicnet_site.bench.exchange.turn NAME ROWS``.

It writes a roster as new rows, then the same people with another phone and first day, and prints rows per second, the longest
transaction and the most memory it took, as JSON. ``workbook`` takes an .xlsx up to its preview, ``worker`` is our own turn as
the background worker takes it.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django


def main(name: str, rows: int) -> None:
    """Take the turn."""
    django.setup()
    from civicnet_site.bench.exchange import ours, rivals, roster
    from civicnet_site.serving import give_way

    if name == "prepare":
        ours.prepare()
        rivals.prepare()
        sys.stdout.write("{}\n")
        return
    if name == "workbook":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "roster.xlsx"
            roster.write_workbook(path, rows)
            ours.empty()
            _say(ours.preview(path) | {"reader_mb": _megabytes(resource.RUSAGE_CHILDREN)})
        return
    if name == "worker":
        give_way()
    contestant = ours if name in ("ours", "worker") else rivals
    contestant.empty()
    take: Callable[[Path], dict[str, float]] = ours.take if contestant is ours else rivals.CONTESTANTS[name]
    told: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for act in ("new", "update"):
            path = Path(folder) / f"{act}.csv"
            roster.write(path, rows, changed=act == "update")
            began = time.perf_counter()
            with ours.longest_transaction() as longest:
                parts = take(path)
            told[act] = rows / (time.perf_counter() - began)
            told["longest_ms"] = max(told.get("longest_ms", 0), longest[0])
            told |= {f"{act}_{part}": seconds for part, seconds in parts.items()}
            contestant.check(rows, changed=act == "update")
    _say(told)


def _say(told: dict[str, float]) -> None:
    told["megabytes"] = _megabytes(resource.RUSAGE_SELF)
    sys.stdout.write(json.dumps(told) + "\n")


def _megabytes(who: int) -> float:
    return resource.getrusage(who).ru_maxrss // 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
