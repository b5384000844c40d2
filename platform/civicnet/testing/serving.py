"""The whole server within a test's transaction: answers are kept and served as they are between processes' commits."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from civicnet.gateway.cache import front, keeping, page_front
from civicnet.gateway.cache.front import Front
from civicnet.gateway.cache.page_front import PageFront
from civicnet.gateway.cache.store import store


@dataclass(frozen=True)
class Served:
    """What came back, and how many statements it took: one where it was kept before the middleware."""

    status: int
    headers: dict[str, str]
    body: bytes
    statements: int


@contextmanager
def keeping_answers() -> Iterator[None]:
    """Within the block answers are kept although a transaction is open, and each of its statements changes versions."""
    signals = (request_started, request_finished)
    # As the test client does it: the connection holds the test's transaction.
    for signal in signals:
        signal.disconnect(close_old_connections)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('civicnet.stamped', 'each', true)")
    store.clear()
    try:
        with (
            patch.object(keeping, "uncommitted", lambda: False),
            patch.object(front, "close_old_connections"),
            patch.object(page_front, "close_old_connections"),
        ):
            yield
    finally:
        store.clear()
        for signal in signals:
            signal.connect(close_old_connections)


def serve(
    body: bytes,
    *,
    headers: Mapping[str, str],
    query: str = "",
    address: str = "127.0.0.1",
    server: Front | PageFront | None = None,
    path: str = "/graphql/",
) -> Served:
    """A request, for GraphQL unless told, as the server's program would hand it over: a POST of the body, a GET where it is
    empty."""
    environ = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": address,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }
    told: list[Any] = []
    with CaptureQueriesContext(connection) as captured:
        answered = (server or Front(WSGIHandler()))(environ, lambda *given: told.extend(given))
        content = b"".join(answered)
    return Served(int(told[0][:3]), dict(told[1]), content, len(captured))
