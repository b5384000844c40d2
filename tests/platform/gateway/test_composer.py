"""Composition: the schema follows the switches, and a part that does not fit is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene
import pytest

from civicnet.access.actors import SYSTEM
from civicnet.contract import Fragment, hookimpl
from civicnet.gateway import composer
from civicnet.gateway.composer import ComposeError
from civicnet.gateway.connection import ConnectionField
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.registry import registry
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def strict(settings: Any) -> None:
    settings.CIVICNET_LOAD_POLICY = "strict"


def plugin_with(type_name: str, field: str) -> object:
    """A plugin whose part has one type and one root field that answers with its name."""
    kind = type(type_name, (graphene.ObjectType,), {"name": graphene.String()})
    query = type(
        "Part",
        (),
        {field: graphene.Field(kind), f"resolve_{field}": staticmethod(lambda root, info: {"name": type_name})},
    )

    class Plugin:
        @hookimpl
        def graphql(self) -> Fragment:
            return Fragment(query=query)

    return Plugin()


def plugin_of(fragment: Any) -> object:
    """A plugin that hands in this fragment, or something else."""

    class Plugin:
        @hookimpl
        def graphql(self) -> Any:
            return fragment

    return Plugin()


def plugin_listing(kind: type[graphene.ObjectType], field: str) -> object:
    """A plugin whose part lists one type."""

    class Plugin:
        @hookimpl
        def graphql(self) -> Fragment:
            return Fragment(query=type("Part", (), {field: ConnectionField(kind)}))

    return Plugin()


def test_a_part_is_there_while_its_plugin_is_on_and_gone_with_a_code_when_off(plug: Plug, graphql: Ask) -> None:
    plug("tower", plugin_with("TowerBell", "tower_bell"))

    before = graphql("{ towerBell { name } }")
    disable_plugin(slug="tower", actor=SYSTEM, reason="test")
    after = graphql("{ towerBell { name } }")
    by_type = graphql("query { __typename ... on TowerBell { name } }")

    assert before == {"data": {"towerBell": {"name": "TowerBell"}}}
    assert after["errors"][0]["extensions"] == {"code": "PLUGIN_DISABLED", "plugin": "tower"}
    assert by_type["errors"][0]["extensions"] == {"code": "PLUGIN_DISABLED", "plugin": "tower"}


def test_a_mutation_of_a_plugin_that_is_off_gets_its_code_even_when_no_plugin_is_on(plug: Plug, graphql: Ask) -> None:
    class Plugin:
        @hookimpl
        def graphql(self) -> Fragment:
            ring = graphene.Field(graphene.Boolean, resolver=lambda root, info: True)
            return Fragment(mutation=type("Part", (), {"tower_ring": ring}))

    plug("tower", Plugin())
    for slug in reversed(registry.manifests):
        disable_plugin(slug=slug, actor=SYSTEM, reason="test")

    off = graphql("mutation { towerRing }")
    unknown = graphql("mutation { towerFall }")
    enable_plugin(slug="tower", actor=SYSTEM, reason="test")

    assert off["errors"][0]["extensions"] == {"code": "PLUGIN_DISABLED", "plugin": "tower"}
    assert unknown["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"
    assert graphql("mutation { towerRing }") == {"data": {"towerRing": True}}


@pytest.mark.parametrize(
    ("type_name", "field", "sentence"),
    [
        ("Bell", "tower_bell", "plugin tower: type Bell must start with 'Tower'"),
        ("TowerBell", "bell", "plugin tower: root field bell must start with 'tower'"),
        ("TowerBell", "platform_bell", "plugin tower: root field platformBell belongs to the host"),
        ("PlatformBell", "tower_bell", "plugin tower: type PlatformBell belongs to the host"),
        ("PageInfo", "tower_bell", "plugin tower: type PageInfo must start with 'Tower'"),
        ("Node", "tower_bell", "plugin tower: type Node belongs to the host"),
    ],
)
def test_a_name_without_the_plugins_prefix_is_refused(
    plug: Plug, strict: None, type_name: str, field: str, sentence: str
) -> None:
    plug("tower", plugin_with(type_name, field))

    with pytest.raises(ComposeError, match=sentence):
        composer.parts()


@pytest.mark.parametrize(
    "stolen",
    [
        {"platform": graphene.String()},
        {"resolve_node": staticmethod(lambda root, info, **given: None)},
        {"resolve_bridge_bell": staticmethod(lambda root, info: None)},
    ],
)
def test_a_part_cannot_stand_for_the_hosts_or_anothers_field(plug: Plug, strict: None, stolen: dict[str, Any]) -> None:
    class Plugin:
        @hookimpl
        def graphql(self) -> Fragment:
            return Fragment(query=type("Part", (), {"tower_bell": graphene.String(), **stolen}))

    plug("tower", Plugin())

    with pytest.raises(ComposeError, match=f"plugin tower: {next(iter(stolen))} does not belong to it"):
        composer.parts()


@pytest.mark.parametrize(
    "field",
    [
        graphene.Field(graphene.String, kind=graphene.Argument(graphene.Enum("Colour", [("RED", 1)]))),
        graphene.Field(
            graphene.String, where=type("Where", (graphene.InputObjectType,), {"name": graphene.String()})()
        ),
        graphene.Field(type("Thing", (graphene.Interface,), {"name": graphene.String()})),
        graphene.Field(type("Whole", (graphene.Scalar,), {})),
        graphene.Field(
            type(
                "Either",
                (graphene.Union,),
                {
                    "Meta": type(
                        "Meta", (), {"types": (type("TowerBell", (graphene.ObjectType,), {"a": graphene.Int()}),)}
                    )
                },
            )
        ),
    ],
    ids=["enum", "input", "interface", "scalar", "union"],
)
def test_a_type_of_any_kind_carries_the_prefix(plug: Plug, strict: None, field: graphene.Field) -> None:
    plug("tower", plugin_of(Fragment(query=type("Part", (), {"tower_bell": field}))))

    with pytest.raises(ComposeError, match=r"plugin tower: type \w+ must start with 'Tower'"):
        composer.parts()


@pytest.mark.parametrize(
    ("fragment", "sentence"),
    [
        (Fragment(query=object()), "is no class of root fields"),  # type: ignore[arg-type]
        (Fragment(query=type("P", (), {"tower_bell": graphene.InputField(graphene.Int)})), "tower_bell is no field"),
        (
            Fragment(query=type("P", (), {"tower_bell": graphene.Int(), "resolve_tower_bell": 5})),
            "tower_bell is no field",
        ),
        (Fragment(types=("TowerBell",)), ""),  # type: ignore[arg-type]
        (Fragment(query=type("P", (), {"a": graphene.Int(name="platform")})), "platform belongs to the host"),
        (
            Fragment(query=type("P", (), {"tower_bell": graphene.Int(), "b": graphene.Int(name="towerBell")})),
            "root field towerBell is there twice",
        ),
    ],
)
def test_what_is_no_part_is_refused_and_named(plug: Plug, strict: None, fragment: Any, sentence: str) -> None:
    plug("tower", plugin_of(fragment))

    with pytest.raises(ComposeError, match=f"plugin tower: .*{sentence}"):
        composer.parts()


class First:
    """A base."""


class Second:
    """Another."""


class OneWay(First, Second):
    """Bases in one order."""


class OtherWay(Second, First):
    """And in the other: no class can come from both."""


@pytest.mark.parametrize(
    "held",
    [
        {"Meta": type("Meta", (), {"abstract": True, "name": "Elsewhere"}), "name": "x", "description": 5},
        {"__slots__": ("left", "right")},
        {"is_type_of": lambda *given: False, "get_node": 1, "_meta": None},
    ],
)
@pytest.mark.parametrize("bases", [(OneWay,), (OtherWay,)])
def test_whatever_else_a_part_holds_does_not_reach_the_others(
    plug: Plug, strict: None, graphql: Ask, bases: tuple[type, ...], held: dict[str, Any]
) -> None:
    def answer(root: Any, info: Any) -> str:
        return "bell"

    plug("bridge", plugin_of(Fragment(query=type("Q", (OneWay,), {"bridge_bell": graphene.String()}))))
    part = type("Q", bases, {"tower_bell": graphene.String(), "resolve_tower_bell": staticmethod(answer), **held})
    plug("tower", plugin_of(Fragment(query=part)))

    assert graphql("{ towerBell bridgeBell platform { version } }") == {
        "data": {"towerBell": "bell", "bridgeBell": None, "platform": {"version": "0.1.0"}}
    }


def test_a_part_may_be_written_in_any_way_graphene_knows(plug: Plug, strict: None, graphql: Ask) -> None:
    class Inherited:
        tower_name = graphene.String()

        @classmethod
        def resolve_tower_name(cls, root: Any, info: Any) -> str:
            return cls.__name__

    class Query(Inherited, graphene.ObjectType):
        tower_bell = graphene.Field(graphene.String, resolver=lambda root, info: "bell")

        def resolve_tower_clock(root: Any, info: Any) -> str:
            return "clock"

        tower_clock = graphene.String()

    plug("tower", plugin_of(Fragment(query=Query)))

    assert graphql("{ towerName towerBell towerClock }") == {
        "data": {"towerName": "Query", "towerBell": "bell", "towerClock": "clock"}
    }


def test_a_part_cannot_load_anothers_nodes_and_the_plugin_screen_names_it(
    plug: Plug, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CIVICNET_LOAD_POLICY = "quarantine"
    monkeypatch.setattr(registry, "quarantined", [])

    class Plugin:
        @hookimpl
        def graphql(self) -> Fragment:
            part = type("Part", (), {"tower_bell": graphene.String()})
            return Fragment(query=part, nodes={"Grid": lambda actor, pk: None})

    plug("tower", Plugin())

    assert "tower" not in composer.parts()
    assert [(one.name, one.reason) for one in registry.quarantined] == [
        ("tower", "graphql: it loads nodes of types that are not its own: Grid")
    ]


def test_parts_share_the_librarys_scalars_and_the_page_info(plug: Plug) -> None:
    for slug in ("tower", "bridge"):
        kind = type(f"{slug.title()}Bell", (graphene.ObjectType,), {"at": graphene.DateTime()})
        plug(slug, plugin_listing(kind, f"{slug}_bells"))

    found = composer.parts()

    assert set(found["tower"].types) == {"TowerBell", "TowerBellConnection", "TowerBellEdge"}
    assert set(found["bridge"].types) == {"BridgeBell", "BridgeBellConnection", "BridgeBellEdge"}


def test_two_parts_cannot_have_one_name_and_the_second_is_named(plug: Plug, strict: None) -> None:
    plug("tower", plugin_with("TowerBell", "tower_bell"))
    plug("impostor", plugin_with("TowerBell", "tower_bell"), prefix="tower")

    with pytest.raises(ComposeError, match="plugin impostor: TowerBell, towerBell already belongs to plugin tower"):
        composer.parts()


def test_a_lenient_host_leaves_the_bad_part_out_and_serves_the_rest(plug: Plug, graphql: Ask, settings: Any) -> None:
    settings.CIVICNET_LOAD_POLICY = "quarantine"
    plug("tower", plugin_with("TowerBell", "tower_bell"))
    plug("broken", plugin_with("Wrong", "wrong"))

    answer = graphql("{ towerBell { name } platform { version } }")

    assert answer == {"data": {"towerBell": {"name": "TowerBell"}, "platform": {"version": "0.1.0"}}}
