"""The whole server, asked as granian would ask it, and portals that ask."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import ApiClient
from civicnet.gateway.cache import front, keeping
from civicnet.gateway.cache.front import Front
from civicnet.gateway.cache.store import store
from civicnet_grid.models import Grid, GridKind
from civicnet_hotline.models import Category, Group

QUERY = "{ hotlineCategories { nodes { id name } } }"
GRIDS = '{ grid(code: "222403001001001") { id name } }'
NEW = "application/graphql-response+json"


@dataclass(frozen=True)
class Got:
    """What came back, and how many statements it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    statements: int

    @property
    def names(self) -> list[str]:
        return [one["name"] for one in json.loads(self.body)["data"]["hotlineCategories"]["nodes"]]

    @property
    def answer(self) -> Any:
        return json.loads(self.body)


Ask = Callable[..., Got]


@pytest.fixture
def whole_server(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Asks through the whole server, as granian would; inside the transaction of the test, whose every statement counts."""
    monkeypatch.setattr(keeping, "uncommitted", lambda: False)
    # As the test client does it: the connection holds the test's transaction.
    monkeypatch.setattr(front, "close_old_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('civicnet.stamped', 'each', true)")
    Category.objects.create(code="noise", name="噪声", group=Group.HELP)
    store.clear()
    usual = Front(WSGIHandler())

    def send(
        query: str = QUERY,
        *,
        get: bool = False,
        host: str = "testserver",
        server: Front = usual,
        address: str = "127.0.0.1",
        **headers: str,
    ) -> Got:
        body = b"" if get else json.dumps({"query": query}).encode()
        environ = {
            "REQUEST_METHOD": "GET" if get else "POST",
            "PATH_INFO": "/graphql/",
            "QUERY_STRING": urlencode({"query": query}) if get else "",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": address,
            "HTTP_HOST": host,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        told: list[Any] = []
        with CaptureQueriesContext(connection) as captured:
            answered = server(environ, lambda status, given: told.extend((status, dict(given))))
            content = b"".join(answered)
        return Got(int(told[0][:3]), told[1], content, len(captured))

    yield send
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    store.clear()


@pytest.fixture
def portals(city: Any) -> tuple[tuple[ApiClient, str], tuple[ApiClient, str]]:
    """Two portals that may read grids: of the city, and of another district."""
    new_grid(city)
    made = [
        create_client(name=code, organisation=city[code], scopes=["grid.read"], actor=SYSTEM)
        for code in ("222403", "222403100")
    ]
    return made[0], made[1]


def new_grid(city: Any) -> None:
    """A grid in the city's first district."""
    place, since = city["222403001001"], date(2026, 1, 1)
    Grid.objects.create(
        code="222403001001001", name="第一网格", organisation=place, kind=GridKind.COMPREHENSIVE, valid_from=since
    )


def bearer(portal: tuple[ApiClient, str]) -> dict[str, str]:
    """The header by which a portal shows its key."""
    return {"authorization": f"Bearer {portal[1]}"}
