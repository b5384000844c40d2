"""The byte cache's benchmark: kept answers beside a bare Django view that returns the same bytes behind the same middleware.

Each of our answers is served only after the database has said that nothing has changed since; the bare view promises nothing.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from civicnet_site.bench.harness import Figure, compare, contend, contenders

ARTICLES = 2_000
QUERY = "{ publicityArticles(first: 20) { nodes { id title summary publishedAt column { slug title } } } }"
# Whoever brings a cookie goes through the middleware, and is served from what is kept behind it.
WAYS = ("front", "keyed", "behind", "unchanged", "bare")


def run() -> Iterator[Figure]:
    """All figures of this benchmark, one after another. Loads its articles first if they are not there."""
    from civicnet_publicity.models import ArticlePage
    from civicnet_site.bench.articles import make_city

    if not ArticlePage.objects.filter(slug__startswith="bench-").exists():
        make_city(ARTICLES, filter_spec="fill-300x200")
    with contenders(__name__, *WAYS) as (front, keyed, behind, unchanged, bare):
        yield compare("cache.before_the_middleware.vs_bare_view", front, bare, target=1.0)
        yield compare("cache.before_the_middleware.with_a_key.vs_bare_view", keyed, bare, target=1.0)
        yield compare("cache.behind_the_middleware.vs_bare_view", behind, bare, target=None)
        yield compare("cache.not_modified.vs_bare_view", unchanged, bare, target=1.0)


def requester(way: str) -> Callable[[], None]:
    """A function that sends the contender's request through the WSGI application and reads the answer."""
    from civicnet_site.wsgi import application

    body = b"" if way == "unchanged" else json.dumps({"query": QUERY}).encode()
    environ = _environ("/bench/bare/" if way == "bare" else "/graphql/", body)
    expected, least = "200", 2_000
    if way == "keyed":
        from civicnet_site.bench.articles import portal

        environ["HTTP_AUTHORIZATION"] = f"Bearer {portal()}"
    if way == "behind":
        environ["HTTP_COOKIE"] = "seen=1"
    if way == "unchanged":
        expected, least = "304", 0
        environ |= {"REQUEST_METHOD": "GET", "QUERY_STRING": urlencode({"query": QUERY})}
        environ["HTTP_IF_NONE_MATCH"] = _ask(application, dict(environ))[1]["ETag"]

    def send() -> None:
        status, _headers, content = _ask(application, environ | {"wsgi.input": io.BytesIO(body)})
        if not status.startswith(expected) or len(content) < least:
            raise RuntimeError(f"{way}: {status} {content[:300]!r}")

    return send


def _ask(application: Any, environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []
    answer = application(environ, lambda status, headers: told.extend((status, dict(headers))))
    content = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return told[0], told[1], content


def _environ(path: str, body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_ACCEPT": "*/*",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }


if __name__ == "__main__":
    contend(requester(sys.argv[1]))
