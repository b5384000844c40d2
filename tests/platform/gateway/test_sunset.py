"""Sunset: for a while after the switch a plugin's fields stay, deprecated, and answer null with a code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import graphene
import pytest
from django.test import Client
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.contract import Fragment, hookimpl
from civicnet.gateway.composer import compose
from civicnet.gateway.core import Node
from civicnet.gateway.ids import to_global_id
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.generation import bump
from civicnet.lifecycle.models import PluginState
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db
Ask = Callable[..., dict[str, Any]]
GONE = {"code": "PLUGIN_DISABLED", "plugin": "tower"}


class TowerTone(graphene.Enum):
    """How it sounds."""

    HIGH = 1


class TowerWish(graphene.InputObjectType):
    """What somebody wants to hear."""

    tone = TowerTone(required=True)


class TowerBell(graphene.ObjectType):
    """A bell."""

    class Meta:
        interfaces = (Node,)

    name = graphene.String(required=True)


class Query:
    """Reading."""

    tower_bell = graphene.Field(TowerBell, required=True, wish=TowerWish(), description="The bell.")

    @staticmethod
    def resolve_tower_bell(root: Any, info: Any, wish: Any = None) -> dict[str, Any]:
        """It is there."""
        return {"id": 1, "name": "bell"}


class Mutation:
    """Writing."""

    tower_ring = graphene.Field(graphene.Boolean, required=True, resolver=lambda root, info: True)


class Tower:
    """A plugin."""

    @hookimpl
    def graphql(self) -> Fragment:
        """All of it."""
        return Fragment(
            query=Query, mutation=Mutation, nodes={"TowerBell": lambda actor, pk: {"id": pk, "name": "bell"}}
        )


@pytest.fixture
def tower(plug: Plug) -> None:
    plug("tower", Tower())


def switch_off(days: int | None = 30) -> None:
    sunset = timedelta(days=days) if days else None
    disable_plugin(slug="tower", actor=SYSTEM, reason="test", sunset=sunset)


def test_fields_in_sunset_answer_null_with_a_code_and_the_rest_of_the_query_is_answered(
    tower: None, graphql: Ask
) -> None:
    switch_off()

    answer = graphql("query ($w: TowerWish) { towerBell(wish: $w) { id name } platform { version } }")
    ring = graphql("mutation { towerRing }")

    assert answer["data"] == {"towerBell": None, "platform": {"version": "0.1.0"}}
    assert [(one["path"], one["extensions"]) for one in answer["errors"]] == [(["towerBell"], GONE)]
    assert (ring["data"], ring["errors"][0]["extensions"]) == ({"towerRing": None}, GONE)


def test_arguments_in_sunset_are_checked_as_before(tower: None, graphql: Ask) -> None:
    switch_off()

    right = graphql("{ towerBell(wish: {tone: HIGH}) { name } }")
    wrong = graphql("{ towerBell(wish: {tone: LOW}) { name } }")

    assert right["errors"][0]["extensions"] == GONE
    assert wrong["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"


def test_a_node_of_a_plugin_in_sunset_is_null_with_the_code(tower: None, graphql: Ask) -> None:
    query = f'{{ node(id: "{to_global_id("TowerBell", 1)}") {{ ... on TowerBell {{ name }} }} }}'
    before = graphql(query)
    switch_off()
    after = graphql(query)

    assert before == {"data": {"node": {"name": "bell"}}}
    assert (after["data"], after["errors"][0]["extensions"]) == ({"node": None}, GONE)


def test_the_schema_says_that_the_fields_will_leave_and_keeps_their_arguments(tower: None) -> None:
    on, sunset, off = (
        compose(frozenset({"tower"})),
        compose(frozenset(), frozenset({"tower"})),
        compose(frozenset()),
    )
    reason = "The plugin tower is switched off: this answers null, and will leave the schema."

    assert "  towerBell(wish: TowerWish): TowerBell!\n" in on.sdl
    assert f'  towerBell(wish: TowerWish): TowerBell @deprecated(reason: "{reason}")\n' in sunset.sdl
    assert f'  towerRing: Boolean @deprecated(reason: "{reason}")\n' in sunset.sdl
    assert "tower" not in off.sdl
    assert "Tower" not in off.sdl
    assert len({on.digest, sunset.digest, off.digest}) == 3


def test_a_plugin_that_is_on_is_not_in_sunset_whatever_is_said(tower: None) -> None:
    assert compose(frozenset({"tower"}), frozenset({"tower"})) is compose(frozenset({"tower"}))


def test_the_platform_tells_which_plugins_are_in_sunset(tower: None, graphql: Ask, client: Client) -> None:
    def stands() -> Any:
        answer = graphql("{ platform { schemaHash generation plugins { slug enabled sunset } } }")["data"]["platform"]
        sdl = client.get("/graphql/schema.graphql")
        assert sdl["ETag"] == f'"{answer["schemaHash"]}"'
        assert sdl["X-Schema-Generation"] == str(answer["generation"])
        return next((one["enabled"], one["sunset"]) for one in answer["plugins"] if one["slug"] == "tower")

    assert stands() == (True, False)
    switch_off()
    assert stands() == (False, True)
    enable_plugin(slug="tower", actor=SYSTEM, reason="test")
    assert stands() == (True, False)


def test_after_the_sunset_the_fields_are_gone(tower: None, graphql: Ask) -> None:
    switch_off()
    PluginState.objects.filter(slug="tower").update(sunset_until=timezone.now() - timedelta(seconds=1))
    bump()

    answer = graphql("{ towerBell { name } }")

    assert "data" not in answer
    assert answer["errors"][0]["extensions"] == GONE


@pytest.mark.parametrize(
    "query",
    [
        "query ($w: TowerWish) { towerBell(wish: $w) { name } }",
        "query ($t: TowerTone) { platform { version } towerBell(wish: {tone: $t}) { name } }",
        "{ platform { ... on TowerBell { name } } }",
        "fragment F on TowerBell { name } { node(id: 1) { ...F } }",
        "mutation { towerRing(loud: true) }",
    ],
)
def test_whatever_a_query_mentions_of_a_plugin_that_is_off_is_told_with_the_code(
    tower: None, graphql: Ask, query: str
) -> None:
    switch_off(days=None)

    told = [one["extensions"] for one in graphql(query)["errors"]]

    assert GONE in told
