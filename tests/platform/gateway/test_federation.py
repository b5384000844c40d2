"""The schema as a subgraph: entities by their keys, in order and capped, and a text that a router can read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import graphene
import pytest
from graphql import parse

from civicnet.access.actors import SYSTEM
from civicnet.contract import Actor, Fragment, hookimpl
from civicnet.gateway.core import Node
from civicnet.gateway.ids import to_global_id
from civicnet.lifecycle.activation import disable_plugin
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db
Ask = Callable[..., dict[str, Any]]
ENTITIES = "query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on TowerBell { id name } } }"


class TowerBell(graphene.ObjectType):
    """A bell { of a tower }: type TowerBell {."""

    class Meta:
        interfaces = (Node,)

    name = graphene.String()


@pytest.fixture
def bells(plug: Plug) -> list[Any]:
    """Two bells, and the numbers that were asked for."""
    asked: list[Any] = []

    def batch(actor: Actor, pks: Any, selection: Any) -> dict[int, Any]:
        asked.append(list(pks))
        return {pk: {"id": pk, "name": f"number {pk}"} for pk in pks if pk < 3}

    class Plugin:
        @hookimpl
        def graphql(self) -> Fragment:
            one = {"TowerBell": lambda actor, pk: batch(actor, [pk], None).get(pk)}
            return Fragment(types=(TowerBell,), nodes=one, batches={"TowerBell": batch})

    plug("tower", Plugin())
    return asked


def of(pk: int, name: str = "TowerBell") -> dict[str, Any]:
    return {"__typename": name, "id": to_global_id("TowerBell", pk)}


def test_entities_come_in_order_and_are_read_at_once(bells: list[Any], graphql: Ask) -> None:
    found = graphql(ENTITIES, variables={"of": [of(2), of(9), of(1), of(2)]})

    two, one = ({"__typename": "TowerBell", "id": of(pk)["id"], "name": f"number {pk}"} for pk in (2, 1))
    assert found == {"data": {"_entities": [two, None, one, two]}}
    assert bells == [[1, 2, 9]]


def test_representations_may_stand_in_the_document(bells: list[Any], graphql: Ask) -> None:
    literal = f'{{__typename: "TowerBell", id: "{of(1)["id"]}"}}'

    found = graphql(f"{{ _entities(representations: [{literal}]) {{ ... on TowerBell {{ name }} }} }}")

    assert found == {"data": {"_entities": [{"name": "number 1"}]}}


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ([of(1)] * 101, "PAGE_SIZE"),
        ([of(1, "TowerClock")], "INVALID_ID"),
        ([{"__typename": "TowerBell"}], "INVALID_ID"),
        ([{"__typename": "TowerBell", "id": 1}], "INVALID_ID"),
        (["TowerBell"], "INVALID_ID"),
        ([[]], "INVALID_ID"),
        ([0], "INVALID_ID"),
    ],
)
def test_what_names_no_entity_is_refused_with_a_code(
    bells: list[Any], graphql: Ask, wanted: list[Any], code: str
) -> None:
    found = graphql(ENTITIES, variables={"of": wanted})

    assert [one["extensions"]["code"] for one in found["errors"]] == [code]
    assert bells == []


def test_the_text_for_routers_has_keys_and_nothing_of_the_machinery(bells: list[Any], graphql: Ask) -> None:
    sdl = graphql("{ _service { sdl } }")["data"]["_service"]["sdl"]

    parse(sdl)
    assert sdl.startswith('extend schema @link(url: "https://specs.apollo.dev/federation/v2.3"')
    assert 'type TowerBell implements Node @key(fields: "id") {' in sdl
    assert "type PageInfo @shareable {" in sdl
    assert not any(name in sdl for name in ("_Service", "_Any", "_Entity", "_service", "_entities"))
    assert "type Platform {" in sdl


def test_a_plugin_in_sunset_has_no_entities(bells: list[Any], graphql: Ask) -> None:
    disable_plugin(slug="tower", actor=SYSTEM, reason="x", sunset=timedelta(days=3))

    found = graphql(
        "query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }", variables={"of": [of(1)]}
    )

    assert [one["extensions"]["code"] for one in found["errors"]] == ["PLUGIN_DISABLED"]
    assert "type TowerBell implements Node {" in graphql("{ _service { sdl } }")["data"]["_service"]["sdl"]
