"""The gateway's benchmark: the 20 latest of 2,000 articles, through the whole middleware, in three ways.

Ours is the real endpoint. The rivals answer with the same facts: a bare Django view that returns ready bytes (the floor:
nothing can be faster behind this middleware), and graphene-django used plainly, with a DjangoObjectType over pages.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from civicnet_site.bench.harness import Figure, compare, compare_memory, contend, contenders

ARTICLES = 2_000
QUERY = """{ publicityArticles(first: 20) { nodes { id title summary publishedAt column { slug title } } } }"""
RIVAL_QUERY = """{ articles { id title summary firstPublishedAt column { slug title } } }"""
PATHS = {
    "ours": ("/graphql/", QUERY),
    "bare": ("/bench/bare/", QUERY),
    "graphene-django": ("/bench/graphene-django/", RIVAL_QUERY),
}


def run() -> Iterator[Figure]:
    """All figures of this benchmark, one after another. Loads its articles first if they are not there."""
    from civicnet_site.bench.articles import load_articles

    load_articles(ARTICLES)
    with contenders(__name__, "ours", "bare", "graphene-django") as (ours, bare, plain):
        yield compare("gateway.latest_20.vs_graphene_django", ours, plain, target=2.0)
        yield compare("gateway.latest_20.vs_bare_view", ours, bare, target=1.0)
        yield compare_memory("gateway.latest_20.peak_memory_vs_graphene_django", ours, plain)


def requester(name: str) -> Callable[[], None]:
    """A function that sends the contender's request through the WSGI application and reads the answer."""
    from civicnet_site.wsgi import application

    path, query = PATHS[name]
    body = json.dumps({"query": query}).encode()

    def send() -> None:
        status: list[str] = []
        answer = application(_environ(path, body), lambda line, _headers: status.append(line))
        content = b"".join(answer)
        if not status[0].startswith("200") or len(content) < 2_000:
            raise RuntimeError(f"{name}: {status[0]} {content[:300]!r}")

    return send


def _environ(path: str, body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "127.0.0.1:8000",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_ACCEPT": "application/json",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }


if __name__ == "__main__":
    contend(requester(sys.argv[1]))
