"""The plugin platform's benchmark: composing a schema of many plugins, and what a snapshot adds to a request.

Composing is measured with all its checks, cold; beside it stands graphene alone, joining the same classes and checking
nothing. The snapshot is measured as one more middleware around a bare view that answers a few bytes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import graphene

from civicnet_site.bench.harness import Contender, Figure, contend, contenders

PLUGINS, TYPES = 20, 10
ROUNDS = 15
# Milliseconds for composing; milliseconds that a snapshot may add to a request.
MOST_COMPOSING, MOST_ADDED = 100.0, 0.2


def run() -> Iterator[Figure]:
    """Both figures. A time is better when it is smaller: ``ratio`` is ours over the rival's."""
    yield _composing()
    with contenders(__name__, "with-snapshot", "bare") as (ours, bare):
        yield _added(ours, bare)


def _composing() -> Figure:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    from civicnet.contract import hookimpl
    from civicnet.gateway import composer
    from civicnet.lifecycle.manifest import Manifest
    from civicnet.lifecycle.registry import registry

    fragments = {f"bench{number:02d}": _fragment(f"bench{number:02d}") for number in range(PLUGINS)}
    for slug, fragment in fragments.items():
        registry.add(
            Manifest(
                *(slug, f"bench_{slug}", Version("1.0"), {}, {}, SpecifierSet(), {}, slug, "global"),
            ),
            type("Part", (), {"graphql": hookimpl(lambda self, given=fragment: given)})(),  # type: ignore[misc]
        )
    mine, theirs = [], []
    for _round in range(ROUNDS):
        composer.forget()
        mine.append(_milliseconds(lambda: composer.compose(frozenset(fragments))))
        theirs.append(_milliseconds(lambda: _graphene_alone(fragments)))
    return Figure(
        figure=f"plugins.compose_{PLUGINS}x{TYPES}.vs_graphene_unchecked",
        unit="ms",
        ours=round(median(mine), 1),
        rival=round(median(theirs), 1),
        ratio=round(median(one / other for one, other in zip(mine, theirs, strict=True)), 2),
        target=MOST_COMPOSING,
        met=median(mine) <= MOST_COMPOSING,
    )


def _fragment(slug: str) -> Any:
    from civicnet.contract import Fragment

    name = slug.capitalize()
    types = [
        type(f"{name}Type{number}", (graphene.ObjectType,), _fields(number), name=f"{name}Type{number}")
        for number in range(TYPES)
    ]
    roots = {f"{slug}_thing{number}": graphene.Field(kind) for number, kind in enumerate(types)}
    return Fragment(query=type(f"{name}Query", (), roots))


def _fields(number: int) -> dict[str, Any]:
    return {f"field{one}": graphene.String() for one in range(8)} | {"number": graphene.Int(default_value=number)}


def _graphene_alone(fragments: dict[str, Any]) -> None:
    queries = tuple(one.query for one in fragments.values())
    graphene.Schema(query=type("Query", (*queries, graphene.ObjectType), {}))


def _milliseconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _added(ours: Contender, bare: Contender) -> Figure:
    # Rates turned into milliseconds a request, pair by pair.
    pairs = [(1000 / ours.run(0.5), 1000 / bare.run(0.5)) for _round in range(ROUNDS)]
    added = median(mine - theirs for mine, theirs in pairs)
    return Figure(
        figure="plugins.snapshot.added_to_a_bare_request",
        unit="ms",
        ours=round(added, 4),
        rival=round(median(theirs for _mine, theirs in pairs), 4),
        ratio=round(median(mine / theirs for mine, theirs in pairs), 2),
        target=MOST_ADDED,
        met=added <= MOST_ADDED,
    )


def requester(name: str) -> Callable[[], None]:
    """A function that sends one request through the handler: a bare view, alone or behind the snapshot's middleware."""
    import django
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory
    from django.test.utils import override_settings

    django.setup()
    middleware = ["civicnet.lifecycle.gate.SnapshotMiddleware"] if name == "with-snapshot" else []
    with override_settings(MIDDLEWARE=middleware):
        handler = WSGIHandler()
    request = RequestFactory()

    def send() -> None:
        answer = handler.get_response(request.get("/bench/nothing/", headers={"host": "127.0.0.1:8000"}))
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: {answer.status_code}")

    return send


if __name__ == "__main__":
    contend(requester(sys.argv[1]))
