"""Public pages as readers ask for them: kept, and made anew, beside a bare view that returns the same bytes.

The bare view stands behind the same middleware, on a server that keeps nothing and so asks for no version on its behalf.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from statistics import median

from django.core.management import call_command

from civicnet_site.bench.gateway.cities import NoDatabase, database, make
from civicnet_site.bench.gateway.hosts import described, host
from civicnet_site.bench.gateway.versions import versions
from civicnet_site.bench.harness import Figure, Options, left_out
from civicnet_site.bench.load import Measured, NoLoad, command, press, program
from civicnet_site.bench.servers import NoServer, Server

ARTICLES, CONNECTIONS = 2_000, 8
SECONDS, QUICK_SECONDS, QUICK_ROUNDS = 2, 1, 3
# Of a bare view's requests a second.
TARGET = 0.6
BARE = "/bench/bare-page"
WAYS = ("kept", "anew")
PAGES = ("home", "column", "article")
_READER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", "Accept": "text/html,*/*;q=0.8"}
_WHERE = {"query": "{ publicityArticles(first: 1, orderBy: OLDEST) { nodes { slug column { slug } } } }"}


def run(options: Options) -> Iterator[Figure]:
    """The figures asked for, on each kind of database."""
    wanted = [(page, way) for page in PAGES for way in WAYS if options.wants(_name(page, way))]
    if wanted:
        # Pages name their style sheets by what is in them.
        call_command("collectstatic", interactive=False, verbosity=0)
    for kind in options.databases if wanted else ():
        try:
            program()
            with database(kind) as url, ExitStack() as stack:
                make(url, ARTICLES)
                kept, anew = (stack.enter_context(host(name, url)) for name in ("ours_cached", "ours"))
                paths = _paths(anew)
                for page, way in wanted:
                    try:
                        yield _measured(page, way, paths[page], {"kept": kept, "anew": anew}, kind, url, options)
                    except NoLoad as error:
                        yield left_out(_name(page, way), kind, str(error), unit="requests/s", target=_target(way))
        except (NoLoad, NoDatabase, NoServer) as error:
            for page, way in wanted:
                yield left_out(_name(page, way), kind, str(error), unit="requests/s", target=_target(way))


def _measured(
    page: str, way: str, path: str, servers: Mapping[str, Server], kind: str, url: str, options: Options
) -> Figure:
    ours, rival = servers[way], servers["anew"]
    if (mine := ours.send("GET", path, None, _READER)) != rival.send("GET", BARE + path, None, _READER) or mine[
        0
    ] != 200:
        raise NoLoad(f"the bare view does not answer {path} as ours does ({mine[0]})")
    seconds = QUICK_SECONDS if options.quick else SECONDS
    pairs = []
    for number in range(-1, QUICK_ROUNDS if options.quick else options.rounds):
        turns = [(ours, path), (rival, BARE + path)]
        # Each round begins with the other; the one before the first is for warming up.
        done = {to: _turn(server, to, seconds) for server, to in (turns if number % 2 else turns[::-1])}
        if number >= 0:
            pairs.append((done[path], done[BARE + path]))
    ratios = [mine.rate / theirs.rate for mine, theirs in pairs]
    ratio, target = median(ratios), _target(way)
    return Figure(
        figure=_name(page, way),
        unit="requests/s",
        ours=round(median(mine.rate for mine, _theirs in pairs), 1),
        rival=round(median(theirs.rate for _mine, theirs in pairs), 1),
        ratio=round(ratio, 2),
        target=target,
        met=None if target is None else ratio >= target,
        database=kind,
        spread=(round(min(ratios), 2), round(max(ratios), 2)),
        rounds=len(pairs),
        commands={
            name: f"{described(server)}; {' '.join(command(server.port, to, seconds=seconds, connections=CONNECTIONS))}"
            for name, server, to in ((way, ours, path), ("bare_view", rival, BARE + path))
        },
        versions=versions(url),
        details={"ours_p99_ms": round(median(mine.p99 for mine, _theirs in pairs), 2)},
    )


def _turn(server: Server, path: str, seconds: int) -> Measured:
    return press(server.port, path, method="GET", body=None, headers=_READER, seconds=seconds, connections=CONNECTIONS)


def _paths(server: Server) -> dict[str, str]:
    # One of the demo's own articles: pictures of the others have rows and no files.
    told = {"Content-Type": "application/json"}
    _status, answer = server.send("POST", "/graphql/", json.dumps(_WHERE).encode(), told)
    (article,) = json.loads(answer)["data"]["publicityArticles"]["nodes"]
    column = f"/{article['column']['slug']}/"
    return {"home": "/", "column": column, "article": f"{column}{article['slug']}/"}


def _name(page: str, way: str) -> str:
    return f"reading.{page}.{way}.vs_bare_view"


def _target(way: str) -> float | None:
    return TARGET if way == "kept" else None
