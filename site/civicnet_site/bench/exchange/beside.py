"""Others beside an import: somebody reads cached articles over GraphQL, a hundred times a second, before it and during it.

The import runs with the priority of the background worker, as it does in a city.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from statistics import median, quantiles
from threading import Event, Thread

from civicnet_site.bench.gateway.cities import make
from civicnet_site.bench.gateway.contestants import LATEST, Contestant, contestants
from civicnet_site.bench.gateway.hosts import host
from civicnet_site.bench.harness import Figure
from civicnet_site.bench.servers import Server

NAME = "exchange.others.p99"
MOST = 2.0
ARTICLES = 200
IDLE_SECONDS, PACE = 10.0, 0.01


def measured(kind: str, url: str, rows: int, rounds: int) -> Figure:
    """How much longer the slowest hundredth of the reads take during an import than before it."""
    from civicnet_site.bench.exchange import turn_of

    city = make(url, ARTICLES)
    turn_of(url, "prepare", 0)
    request = contestants(LATEST, city)["ours_cached"]
    pairs = []
    with host("ours_cached", url, label="-beside") as server:
        for _round in range(rounds):
            with _reading(server, request) as idle:
                time.sleep(IDLE_SECONDS)
            with _reading(server, request) as busy:
                turn_of(url, "worker", rows)
            pairs.append((_p99(idle), _p99(busy)))
    ratios = [busy / idle for idle, busy in pairs]
    return Figure(
        figure=NAME,
        unit="ms",
        ours=round(median(busy for _idle, busy in pairs), 2),
        rival=round(median(idle for idle, _busy in pairs), 2),
        ratio=round(median(ratios), 2),
        target=MOST,
        met=median(ratios) <= MOST,
        database=kind,
        spread=(round(min(ratios), 2), round(max(ratios), 2)),
        rounds=len(pairs),
    )


@contextmanager
def _reading(server: Server, request: Contestant) -> Iterator[list[float]]:
    """Milliseconds of each read in the block."""
    took: list[float] = []
    over = Event()

    def read() -> None:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
        while not over.wait(PACE):
            began = time.perf_counter()
            connection.request(request.method, request.path, body=request.body, headers=dict(request.headers))
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"a read was answered {answer.status}")
            took.append((time.perf_counter() - began) * 1000)
        connection.close()

    reader = Thread(target=read)
    reader.start()
    try:
        yield took
    finally:
        over.set()
        reader.join()


def _p99(took: list[float]) -> float:
    return quantiles(took, n=100)[98]
