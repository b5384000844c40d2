"""Memory: one worker after 100,000 requests of every kind, and what the last half of them added."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from statistics import mean

from graphql import get_introspection_query

from civicnet_site.bench.environments import NotInstalled
from civicnet_site.bench.gateway.cities import NoDatabase, database, make
from civicnet_site.bench.gateway.contestants import City
from civicnet_site.bench.gateway.hosts import described, host
from civicnet_site.bench.gateway.versions import versions
from civicnet_site.bench.harness import Figure, Options, left_out
from civicnet_site.bench.servers import NoServer, Server, workers_of

REQUESTS, QUICK_REQUESTS = 100_000, 10_000
ARTICLES = 2_000
# Between two looks at the worker.
STEP = 1_000
READERS = 4
WORKER, GROWTH = "gateway.memory.worker", "gateway.memory.growth_over_last_half"
# MB, and the last quarter over the one before it: what an allocator moves to and fro is no growth.
MOST, MOST_GROWTH = 220.0, 1.01
_MEGABYTE = 1_000_000


def run(kind: str, options: Options) -> Iterator[Figure]:
    """Both figures on one kind of database."""
    wanted = {name: target for name, target in ((WORKER, MOST), (GROWTH, MOST_GROWTH)) if options.wants(name)}
    if not wanted:
        return
    try:
        with database(kind) as url:
            city = make(url, ARTICLES)
            with host("ours_cached", url, label="-memory", workers=1) as server:
                looks = _watched(server, city, QUICK_REQUESTS if options.quick else REQUESTS)
                yield from _figures(kind, server, city, looks, wanted)
    except (NoDatabase, NoServer, NotInstalled) as error:
        for name, target in wanted.items():
            yield left_out(name, kind, str(error), unit="MB", target=target)


def _figures(kind: str, server: Server, city: City, looks: list[float], wanted: dict[str, float]) -> Iterator[Figure]:
    fresh, looks = looks[0], looks[1:]
    quarter = max(len(looks) // 4, 1)
    third, last = mean(looks[-2 * quarter : -quarter]), mean(looks[-quarter:])
    for name, ours, rival, reached in (
        (WORKER, looks[-1], fresh, looks[-1]),
        (GROWTH, last, third, last / third),
    ):
        if name in wanted:
            yield Figure(
                figure=name,
                unit="MB",
                ours=round(ours, 1),
                rival=round(rival, 1),
                ratio=round(ours / rival, 3),
                target=wanted[name],
                met=reached <= wanted[name],
                database=kind,
                spread=(round(min(looks), 1), round(max(looks), 1)),
                rounds=len(looks),
                commands={"ours": described(server)},
                versions=versions(city.url),
                details={"requests": float(len(looks) * STEP), "half_mb": round(looks[len(looks) // 2], 1)},
            )


def _watched(server: Server, city: City, requests: int) -> list[float]:
    """Megabytes of the worker before the first request, and after every thousand."""
    looks = [_resident(server)]
    kinds = _kinds(city)
    numbers = count()
    with ThreadPoolExecutor(READERS) as pool:
        for _step in range(requests // STEP):
            parts = [pool.submit(_read, server.port, kinds, numbers, STEP // READERS) for _reader in range(READERS)]
            for part in parts:
                part.result()
            looks.append(_resident(server))
    return looks


def _read(port: int, kinds: list[tuple[str, str]], numbers: Iterator[int], requests: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for _one in range(requests):
        number = next(numbers)
        body, key = kinds[number % len(kinds)]
        headers = {"Content-Type": "application/json"} | ({"Authorization": key} if key else {})
        try:
            connection.request("POST", "/graphql/", body=body.replace("NUMBER", str(number)).encode(), headers=headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            raise NoServer(f"request {number} was not answered: {error!r}") from error
        if answer.status >= 500:
            raise NoServer(f"request {number} was answered {answer.status}: {content[:300]!r}")
    connection.close()


def _kinds(city: City) -> list[tuple[str, str]]:
    """What is asked in turn, with the key it is asked with; NUMBER is another one each time."""
    portal = f"Bearer {city.key}"
    row = "title summary publishedAt column { slug title }"
    after = "query ($after: String) { publicityArticles(first: 5, after: $after) { nodes { title } } }"
    switch = 'mutation { platformSwitchPlugin(slug: "grid", enabled: false, reason: "x") { __typename } }'
    return [
        # The same again and again: from the cache, where there is one.
        (_query(f"{{ publicityArticles(first: 20) {{ nodes {{ {row} }} }} }}"), portal),
        (_query(f"{{ publicityArticles(first: 20) {{ nodes {{ {row} }} }} }}"), ""),
        (_query(f'{{ publicityArticle(id: "{city.id}") {{ {row} bodyHtml }} }}'), portal),
        # Another document each time.
        (_query(f"{{ aNUMBER: publicityArticles(first: 3) {{ nodes {{ {row} }} }} }}"), portal),
        (_query("query QNUMBER { publicityColumns { slug articleCount } }"), ""),
        # Known document, other variables: unknown articles, and cursors of no list.
        (_query("query ($slug: String) { publicityArticle(slug: $slug) { title } }", slug="no-NUMBER"), portal),
        (_query(after, after="cNUMBER"), portal),
        # Refused before and while running.
        (_query("{ publicityArticles { nodes { noNUMBER } } }"), portal),
        (_query("{ publicityArticles( NUMBER"), ""),
        (_query("{ publicityArticles(first: 100NUMBER) { nodes { title } } }"), portal),
        (_query("{ " + " ".join(f"b{one}: publicityColumns {{ slug }}" for one in range(60)) + " }"), portal),
        ('{"query": "{ NUMBER', ""),
        (_query(switch), portal),
        (_query(switch), ""),
        (_query("{ __typename }"), "Bearer cvn_00000000_NUMBER"),
        (_query(get_introspection_query()), portal),
    ]


def _query(text: str, **variables: str) -> str:
    return json.dumps({"query": text} | ({"variables": variables} if variables else {}))


def _resident(server: Server) -> float:
    # The greatest of the server's children is the worker; beside it stands at most Python's own tracker of resources.
    return max(_resident_of(process) for process in workers_of(server))


def _resident_of(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024 / _MEGABYTE
