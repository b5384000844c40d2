"""The executor's benchmark: the same parsed document run by a plan and by the library, with all rows ready in memory.

No database, no HTTP: what is compared is execution alone, once on a list that is nothing but leaves, and once on the
gateway's own list of articles.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import django
import graphene
from graphql import GraphQLSchema, execute, execute_sync, parse

from civicnet_site.bench.harness import Figure, compare, contend, contenders

ROWS = 1_000
LATEST = 20
ARTICLES = """{ publicityArticles(first: 20) { nodes {
    id title slug summary publishedAt source author indexNumber url column { id slug title kind url } }
    pageInfo { hasNextPage endCursor } } }"""


def run() -> Iterator[Figure]:
    """All figures of this benchmark, one after another. It needs no data."""
    with contenders(__name__, "leaves plan", "leaves library", "leaves sync") as (plan, library, sync):
        yield compare("execution.leaves_1000x15.vs_graphql_core", plan, library, target=8.0)
        yield compare("execution.leaves_1000x15.vs_graphql_core_sync", plan, sync, target=None)
    with contenders(__name__, "articles plan", "articles library") as (plan, library):
        yield compare("execution.articles_20.vs_graphql_core", plan, library, target=None)
    with contenders(__name__, "articles first", "articles library") as (first, library):
        yield compare("execution.articles_20.compiled_each_time_vs_graphql_core", first, library, target=None)


def worker(name: str) -> Callable[[], Any]:
    """A function that executes once, in the contender's way. Both ways have given the same beforehand."""
    from civicnet.gateway.compiled import Plans
    from civicnet.gateway.compiled import execute as execute_by_plan

    what, way = name.split()
    schema, text, root = _leaves() if what == "leaves" else _articles()
    tree, plans = parse(text), Plans()
    expected = execute(schema, tree, root)
    for _time in range(3):
        if execute_by_plan(schema, tree, root, plans=plans) != expected or expected.errors:  # type: ignore[union-attr]
            raise RuntimeError(f"{name}: the plan answers otherwise than the library")

    def compiled_anew() -> None:
        fresh = Plans()
        fresh.plan(schema, tree, None)
        execute_by_plan(schema, tree, root, plans=fresh)

    ways: dict[str, Callable[[], Any]] = {
        "plan": lambda: execute_by_plan(schema, tree, root, plans=plans),
        "first": compiled_anew,
        "library": lambda: execute(schema, tree, root),
        "sync": lambda: execute_sync(schema, tree, root),
    }
    return ways[way]


def _leaves() -> tuple[GraphQLSchema, str, Any]:
    """A thousand rows as ``.values()`` gives them: an id by our resolver, texts, numbers, a moment and an enum."""
    from civicnet.gateway.core import Node
    from civicnet_publicity.models import ColumnKind

    texts, numbers = [f"text{one}" for one in range(8)], [f"number{one}" for one in range(4)]
    leaves: dict[str, Any] = {name: graphene.String(required=name < "text4") for name in texts}
    leaves |= {name: graphene.Int(required=True) for name in numbers}
    leaves |= {"at": graphene.DateTime(), "kind": graphene.Field(graphene.Enum.from_enum(ColumnKind))}
    kind = type("Row", (graphene.ObjectType,), {"Meta": type("Meta", (), {"interfaces": (Node,)}), **leaves})
    query = type("Query", (graphene.ObjectType,), {"rows": graphene.List(graphene.NonNull(kind), required=True)})
    began = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        {"id": number, "at": began + timedelta(hours=number), "kind": ColumnKind.values[number % 2]}
        | {name: None if name == "text5" else f"{name} {number}" for name in texts}
        | dict.fromkeys(numbers, number)
        for number in range(ROWS)
    ]
    return graphene.Schema(query).graphql_schema, f"{{ rows {{ {' '.join(['id', *leaves])} }} }}", {"rows": rows}


def _articles() -> tuple[GraphQLSchema, str, Any]:
    """The gateway's own types, with a page that is there already in place of the resolver."""
    from civicnet.gateway.connection import ConnectionField, Page
    from civicnet_publicity.schema import PublicityArticle

    column = {"id": 5, "slug": "news", "title": "要闻", "kind": "NEWS", "url": "http://127.0.0.1:8000/news/"}
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    names = ("title", "slug", "summary", "source", "author", "index_number", "url")
    rows = [
        {"id": number, "published_at": moment, "column": column} | {name: f"{name} {number}" for name in names}
        for number in range(LATEST)
    ]
    page = Page(rows, [str(number) for number in range(LATEST)], has_next_page=True, count=lambda: LATEST)
    articles = ConnectionField(PublicityArticle, resolver=lambda root, info, **asked: page)
    query = type("Query", (graphene.ObjectType,), {"publicity_articles": articles})
    return graphene.Schema(query).graphql_schema, ARTICLES, None


if __name__ == "__main__":
    django.setup()
    contend(worker(sys.argv[1]))
