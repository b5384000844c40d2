"""The whole server, asked as granian would ask it, and portals that ask."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIHandler

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import ApiClient
from civicnet.gateway.cache.front import Front
from civicnet.testing.serving import Served, keeping_answers, serve
from civicnet_grid.models import Grid, GridKind
from civicnet_hotline.models import Category, Group

QUERY = "{ hotlineCategories { nodes { id name } } }"
GRIDS = '{ grid(code: "222403001001001") { id name } }'
NEW = "application/graphql-response+json"


@dataclass(frozen=True)
class Got(Served):
    """What came back, as it is looked at here."""

    @property
    def names(self) -> list[str]:
        return [one["name"] for one in json.loads(self.body)["data"]["hotlineCategories"]["nodes"]]

    @property
    def answer(self) -> Any:
        return json.loads(self.body)


Ask = Callable[..., Got]


@pytest.fixture
def whole_server(db: None) -> Iterator[Ask]:
    """Asks through the whole server, as granian would; inside the transaction of the test, whose every statement counts."""
    Category.objects.create(code="noise", name="噪声", group=Group.HELP)
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
        asked = urlencode({"query": query}) if get else ""
        body = b"" if get else json.dumps({"query": query}).encode()
        return Got(
            *astuple(serve(body, headers={"host": host, **headers}, query=asked, address=address, server=server))
        )

    with keeping_answers():
        yield send


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
