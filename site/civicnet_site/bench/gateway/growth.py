"""Growth: the same page of 20 from 2,000 and from 1,000,000 articles, and how long it takes to load so many."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from civicnet_site.bench.environments import NotInstalled
from civicnet_site.bench.gateway.cities import NoDatabase, database, make, problems, second
from civicnet_site.bench.gateway.contestants import City
from civicnet_site.bench.gateway.hosts import described, host
from civicnet_site.bench.gateway.versions import versions
from civicnet_site.bench.harness import Figure, Options, left_out
from civicnet_site.bench.load import Measured, NoLoad, press, program
from civicnet_site.bench.servers import NoServer, Server

SMALL, LARGE = 2_000, 1_000_000
PAGE, PAGE_SMALL, PAGE_LARGE = 20, 50, 10_000
LOAD, PROBLEMS = "gateway.growth.load_seconds", "gateway.growth.tree_problems"
FIRST, DEEP, COLUMN = (f"gateway.growth.{name}_p99" for name in ("first_page", "page_10000", "first_page_of_column"))
TARGETS = {LOAD: 300.0, PROBLEMS: 0.0, FIRST: 1.5, DEEP: 1.5, COLUMN: 1.5}
UNITS = {LOAD: "s", PROBLEMS: "nodes"}
SECONDS, QUICK_SECONDS, QUICK_ROUNDS = 3, 1, 3
_FIELDS = "title summary publishedAt column { slug title }"
# As many as a page may have: walking to page 10,000 takes 2,000 of them.
_STRIDE = 100


@dataclass(frozen=True, slots=True)
class _Side:
    """A city with its server."""

    city: City
    server: Server

    def ask(self, arguments: str, fields: str) -> dict[str, object]:
        """The first answer to a list."""
        status, answer = self.server.send("POST", "/graphql/", _body(arguments, fields), self.headers)
        told = json.loads(answer) if status == 200 else {}
        if status != 200 or told.get("errors"):
            raise NoLoad(f"the list answered {status}: {answer[:300]!r}")
        found: dict[str, object] = told["data"]["publicityArticles"]
        return found

    def press(self, arguments: str, seconds: int) -> Measured:
        """How long the page takes one reader."""
        return press(
            self.server.port,
            "/graphql/",
            method="POST",
            body=_body(arguments, f"nodes {{ {_FIELDS} }}"),
            headers=self.headers,
            seconds=seconds,
            connections=1,
        )

    @property
    def headers(self) -> dict[str, str]:
        """The portal's."""
        return {"Content-Type": "application/json", "Authorization": f"Bearer {self.city.key}"}


def run(kind: str, options: Options) -> Iterator[Figure]:
    """The figures of growth on one kind of database; lower is better in all of them."""
    wanted = [name for name in TARGETS if options.wants(name)]
    if not wanted:
        return
    try:
        with database(kind) as url, second(url) as other, ExitStack() as stack:
            large = make(other, LARGE)
            if LOAD in wanted:
                yield _counted(LOAD, kind, large.seconds, large)
            if PROBLEMS in wanted:
                yield _counted(PROBLEMS, kind, problems(large), large)
            wanted = [name for name in wanted if name not in (LOAD, PROBLEMS)]
            if wanted:
                program()
                cities = (make(url, SMALL), large)
                servers = [
                    stack.enter_context(host("ours", city.url, label=f"-{name}"))
                    for city, name in zip(cities, ("small", "large"), strict=True)
                ]
                sides = [_Side(city, server) for city, server in zip(cities, servers, strict=True)]
                for name in wanted:
                    yield _compared(name, kind, options, *sides)
    except (NoLoad, NoDatabase, NoServer, NotInstalled) as error:
        for name in wanted:
            yield left_out(name, kind, str(error), unit=UNITS.get(name, "ms"), target=TARGETS[name])


def _counted(name: str, kind: str, found: float, city: City) -> Figure:
    target = TARGETS[name]
    ran = versions(city.url)
    return Figure(name, UNITS[name], round(found, 1), None, None, target, found <= target, database=kind, versions=ran)


def _compared(name: str, kind: str, options: Options, small: _Side, large: _Side) -> Figure:
    arguments = _ASKED[name]
    mine, theirs = arguments(large, PAGE_LARGE), arguments(small, PAGE_SMALL)
    for side, asked in ((large, mine), (small, theirs)):
        nodes = side.ask(asked, "nodes { title }")["nodes"]
        if not isinstance(nodes, list) or len(nodes) != PAGE:
            raise NoLoad(f"{name} is not a page of {PAGE}: {str(nodes)[:200]}")
    seconds = QUICK_SECONDS if options.quick else SECONDS
    rounds = QUICK_ROUNDS if options.quick else options.rounds
    pairs = [(large.press(mine, seconds), small.press(theirs, seconds)) for _round in range(rounds)]
    ratios = [one.p99 / other.p99 for one, other in pairs]
    return Figure(
        figure=name,
        unit="ms",
        ours=round(median(one.p99 for one, _other in pairs), 2),
        rival=round(median(other.p99 for _one, other in pairs), 2),
        ratio=round(median(ratios), 2),
        target=TARGETS[name],
        met=median(ratios) <= TARGETS[name],
        database=kind,
        spread=(round(min(ratios), 2), round(max(ratios), 2)),
        rounds=rounds,
        commands={"ours": f"{described(large.server)}; {mine}", "rival": f"{described(small.server)}; {theirs}"},
        versions=versions(large.city.url),
        details={
            "ours_p50_ms": round(median(one.p50 for one, _other in pairs), 2),
            "rival_p50_ms": round(median(other.p50 for _one, other in pairs), 2),
        },
    )


def _first(side: _Side, page: int) -> str:
    return f"first: {PAGE}"


def _column(side: _Side, page: int) -> str:
    return f'first: {PAGE}, column: "{side.city.column}"'


def _deep(side: _Side, page: int) -> str:
    """Walk there as a reader would, in the greatest strides: a cursor is the gateway's own affair."""
    left, cursor = (page - 1) * PAGE, ""
    while left:
        stride = min(left, _STRIDE)
        found = side.ask(f"first: {stride}{cursor}", "pageInfo { endCursor }")
        cursor = f", after: {json.dumps(found['pageInfo']['endCursor'])}"  # type: ignore[index]
        left -= stride
    return f"first: {PAGE}{cursor}"


_ASKED: dict[str, Callable[[_Side, int], str]] = {FIRST: _first, DEEP: _deep, COLUMN: _column}


def _body(arguments: str, fields: str) -> bytes:
    return json.dumps({"query": f"{{ publicityArticles({arguments}) {{ {fields} }} }}"}).encode()
