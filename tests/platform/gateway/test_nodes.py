"""Nodes by their ids: in the order asked for, each type read at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import graphene
import pytest

from civicnet.access.actors import SYSTEM
from civicnet.contract import Actor, Fragment, hookimpl
from civicnet.gateway.core import Node
from civicnet.gateway.ids import to_global_id
from civicnet.lifecycle.activation import disable_plugin
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db
Ask = Callable[..., dict[str, Any]]
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on TowerBell { name } ... on TowerClock { name } } }"


def kind(name: str) -> type[graphene.ObjectType]:
    meta = type("Meta", (), {"interfaces": (Node,)})
    return type(name, (graphene.ObjectType,), {"Meta": meta, "name": graphene.String()})


@pytest.fixture
def calls(plug: Plug) -> list[Any]:
    """A plugin with bells, read many at once, and clocks, read one by one; there is no third of them."""
    asked: list[Any] = []

    def row(pk: int) -> dict[str, Any] | None:
        return {"id": pk, "name": f"number {pk}"} if pk < 3 else None

    def bells(actor: Actor, pks: Any, selection: Any) -> dict[int, Any]:
        asked.append(list(pks))
        return {pk: found for pk in pks if (found := row(pk))}

    def clock(actor: Actor, pk: int) -> dict[str, Any] | None:
        asked.append(pk)
        return row(pk)

    class Plugin:
        @hookimpl
        def graphql(self) -> Fragment:
            return Fragment(
                types=(kind("TowerBell"), kind("TowerClock")),
                batches={"TowerBell": bells},
                nodes={"TowerClock": clock, "TowerBell": lambda actor, pk: row(pk)},
            )

    plug("tower", Plugin())
    return asked


def ids(*wanted: tuple[str, int]) -> list[str]:
    return [to_global_id(name, pk) for name, pk in wanted]


def test_rows_come_in_the_order_of_their_ids_and_each_type_is_read_once(graphql: Ask, calls: list[Any]) -> None:
    wanted = ids(("TowerBell", 2), ("TowerClock", 1), ("TowerBell", 3), ("TowerBell", 1), ("TowerBell", 2))

    nodes = graphql(NODES, variables={"ids": wanted})["data"]["nodes"]

    assert nodes == [
        {"id": wanted[0], "name": "number 2"},
        {"id": wanted[1], "name": "number 1"},
        None,
        {"id": wanted[3], "name": "number 1"},
        {"id": wanted[4], "name": "number 2"},
    ]
    assert calls == [[1, 2, 3], 1]


def test_one_node_is_read_by_the_same_loaders(graphql: Ask, calls: list[Any]) -> None:
    for one in ids(("TowerBell", 1), ("TowerClock", 2)):
        found = graphql("query ($id: ID!) { node(id: $id) { id } }", variables={"id": one})
        assert found == {"data": {"node": {"id": one}}}
    nothing = graphql("query ($id: ID!) { node(id: $id) { id } }", variables={"id": ids(("Nothing", 1))[0]})

    assert nothing == {"data": {"node": None}}
    assert calls == [[1], 2]


def test_too_many_ids_and_ids_of_others_are_refused(graphql: Ask, calls: list[Any]) -> None:
    many = graphql(NODES, variables={"ids": ids(*[("TowerBell", pk) for pk in range(101)])})
    wrong = graphql(NODES, variables={"ids": ["x"]})

    assert many["errors"][0]["extensions"] == {"code": "PAGE_SIZE", "field": "ids"}
    assert wrong["errors"][0]["extensions"] == {"code": "INVALID_ID", "field": "id"}
    assert calls == []


def test_nodes_of_a_plugin_in_sunset_answer_with_its_code(graphql: Ask, calls: list[Any]) -> None:
    disable_plugin(slug="tower", actor=SYSTEM, reason="test", sunset=timedelta(days=30))

    answer = graphql("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", variables={"ids": ids(("TowerBell", 1))})

    assert answer["errors"][0]["extensions"] == {"code": "PLUGIN_DISABLED", "plugin": "tower"}
    assert calls == []
