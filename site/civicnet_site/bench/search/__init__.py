"""The search's benchmark: what is found of real texts beside a plain scan of them, and how soon among 100,000 articles.

The rival is Wagtail's own backend on the same pages of the same database.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from civicnet_site.bench.environments import REPOSITORY
from civicnet_site.bench.harness import Figure, Options, left_out

WORDS, ARTICLES, QUICK = 200, 100_000, 5_000
RECALL, PRECISION, MILLISECONDS = 0.98, 0.95, 50.0
# A file of texts, one JSON object a line with title and body_markdown; else the project's development data, where they are.
TEXTS = "CIVICNET_BENCH_TEXTS"
_DATA = REPOSITORY.parent / "shared" / "data" / "articles" / "regulations-543.jsonl.gz"
_CONTESTANTS = ("ours", "stock")


def run(options: Options) -> Iterator[Figure]:
    """The figures asked for, on each kind of database."""
    # A turn imports this package before Django is set up.
    from civicnet_site.bench.gateway.cities import NoDatabase, database

    for kind in options.databases:
        try:
            with database(kind) as url:
                yield from _quality(kind, url, options)
            with database(kind) as url:
                yield from _speed(kind, url, options)
        except NoDatabase as error:
            yield left_out("search", kind, str(error), unit="share", target=None)


def _quality(kind: str, url: str, options: Options) -> Iterator[Figure]:
    if not any(options.wants(f"search.{name}") for name in ("recall", "precision")):
        return
    _turn(url, "fill", "real", 0)
    ours, stock = (_turn(url, one, "real", WORDS) for one in _CONTESTANTS)
    details = {"recall_of_two_signs": ours["recall_of_two_signs"], "index_seconds": ours["index_seconds"]}
    for name, target in (("recall", RECALL), ("precision", PRECISION)):
        yield _figure(kind, f"search.{name}", "share", (ours[name], stock[name]), target, details)


def _speed(kind: str, url: str, options: Options) -> Iterator[Figure]:
    articles = QUICK if options.quick else ARTICLES
    name = f"search.p95_{articles}_articles"
    if not options.wants(name):
        return
    _turn(url, "fill", "made", articles)
    ours, stock = (_turn(url, one, "made", articles) for one in _CONTESTANTS)
    details = {one: ours[one] for one in ours if one not in ("p95",)}
    target = MILLISECONDS if kind == "postgresql" else None
    yield _figure(kind, name, "ms", (ours["p95"], stock["p95"]), target, details)


def _figure(
    kind: str, name: str, unit: str, both: tuple[float, float], target: float | None, details: dict[str, float]
) -> Figure:
    ours, stock = both
    met = None if target is None else ours <= target if unit == "ms" else ours >= target
    return Figure(
        figure=name,
        unit=unit,
        ours=ours,
        rival=stock,
        ratio=round(ours / stock, 2) if stock else None,
        target=target,
        met=met,
        database=kind,
        details=details,
    )


def _turn(url: str, deed: str, kind: str, count: int) -> dict[str, Any]:
    given = os.environ.get(TEXTS) or (str(_DATA) if _DATA.is_file() else "")
    command = [sys.executable, "-m", "civicnet_site.bench.search.turn", deed, kind, str(count), given]
    done = subprocess.run(  # noqa: S603
        command, env=os.environ | {"DATABASE_URL": url}, stdout=subprocess.PIPE, text=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
