"""Plans against the library, on thousands of generated documents: the same to the letter."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import Any

import pytest
from both_ways import both
from django.test import RequestFactory
from graphql import GraphQLSchema, OperationDefinitionNode, parse_value, validate
from hostile_schema import Asking, hostile_schema
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries
from varied_documents import drawn, varied
from visibility_world import NEAR, World, add_far, build

from civicnet.access.actors import SYSTEM
from civicnet.gateway.composer import compose
from civicnet.lifecycle import snapshot

# A plan meets no database: one is enough.
pytestmark = pytest.mark.only_on("sqlite")
HOSTILE, REAL = 1_720, 280
VARIATIONS = 4
SOAK = 2_500
KINDS = {
    "Grid": "grid", "HotlineCase": "case", "HotlineCategory": "category", "AssessmentForm": "form",
    "PublicityArticle": "article", "PublicityColumn": "column",
}  # fmt: skip


def hostile(start: int, count: int) -> tuple[list[str], int, int]:
    """Documents on which plan and library differ, how many errors the answers held, and how many calls they took."""
    schema = hostile_schema()
    differ, errors, calls = [], 0, 0
    for number in range(start, start + count, VARIATIONS):
        base = drawn(schema, Random(number))
        for one in range(number, number + VARIATIONS):
            asked = varied(base, schema, Random(one))
            # Validation takes longer than all the rest: it only has to be seen that documents are as they should be.
            if one % 20 == 0:
                assert validate(schema, asked.tree) == [], asked.text
            context = partial(Asking, one)
            library, plan, result = both(schema, asked.tree, context, asked.variables, lambda: {"root": "r"})
            if library != plan:
                differ.append(f"{one}: {asked.text} {asked.variables}")
            errors += len(result.errors or ()) if result else 0
            calls += len(library[1])
    return differ, errors, calls


def test_a_plan_answers_a_hostile_schema_exactly_as_the_library_does() -> None:
    differ, errors, calls = hostile(0, HOSTILE)

    assert differ == []
    # The documents are worth something: they lead into trouble, and to resolvers.
    assert errors > HOSTILE // 2
    assert calls > HOSTILE


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("start", range(10_000, 10_000 + 14 * SOAK, SOAK))
def test_a_plan_answers_a_hostile_schema_for_hours(start: int) -> None:
    differ, _errors, _calls = hostile(start, SOAK)

    assert differ == []


@pytest.fixture
def world(city: Any, settings: Any, tmp_path: Any) -> World:
    """Rows of every kind."""
    settings.MEDIA_ROOT = tmp_path
    made = build(city)
    add_far(made)
    return made


class Asked:
    """Real questions: what a portal would put into the arguments, most of the time."""

    def __init__(self, world: World) -> None:
        self._nodes = [world.node(NEAR, name, kind) for name, kind in KINDS.items()]
        self._named = [f'{{__typename: "{name}", id: "{one}"}}' for name, one in zip(KINDS, self._nodes, strict=True)]
        self._world = world

    def __call__(self, field: str, argument: str, rng: Random) -> str | None:
        """The source of a value; "" leaves the argument out."""
        id_of = {"assessmentForm": 3, "publicityArticle": 4}
        known: dict[str, str] = {
            "id": f'"{self._nodes[id_of[field]] if field in id_of else rng.choice(self._nodes)}"',
            "code": f'"{self._world.id(NEAR, "gridcode")}"',
            "number": f'"{self._world.id(NEAR, "casenumber")}"',
            "first": str(rng.randint(1, 5)),
            "weeks": str(rng.randint(1, 9)),
            "site": '"gov.test"',
            "host": '"gov.test"',
            "query": '"near"',
            "path": '"/old/"',
            "draft": "false",
            "siteHost": '"gov.test"',
            "column": '"news"',
            "year": "2026",
            "organisation": '"222403001"',
            "ids": f'["{rng.choice(self._nodes)}"]',
            "representations": f"[{rng.choice(self._named)}]",
        }
        if rng.random() < 0.02:
            return None
        if field == "platformPlugin" and argument == "slug":
            return '"grid"'
        return known.get(argument, "")


def real(world: World, count: int, seed: int) -> tuple[list[str], int, int]:
    """Documents on which plan and library differ; of how many; and how many were answered with an object."""
    request = RequestFactory().get("/graphql/")
    request.snapshot = snapshot.read(None)
    request.composed = compose(request.snapshot.enabled, request.snapshot.sunset)
    request.actor = SYSTEM
    schema: GraphQLSchema = request.composed.schema
    ask = Asked(world)
    differ: list[str] = []
    asked_in_all, objects = 0, 0
    text = st.sampled_from(["news", "gov.test", "2024"]).map(nodes.String)
    entity = st.just(parse_value('{__typename: "Grid", id: "R3JpZDox"}'))
    scalars = {"ID": text, "String": text, "_Any": entity}
    per_base = 20

    @hypothesis_settings(
        derandomize=True, max_examples=count // per_base, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(queries(schema, custom_scalars=scalars, allow_null=False, print_ast=lambda tree: tree))
    def hold_against_each_other(base: Any) -> None:
        nonlocal asked_in_all, objects
        operation = base.definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        for _variation in range(per_base):
            asked_in_all += 1
            one = varied(base, schema, Random(f"{seed} {asked_in_all}"), ask, trouble=0.01)
            if asked_in_all % 20 == 0:
                assert validate(schema, one.tree) == [], one.text
            library, plan, result = both(schema, one.tree, lambda: request, one.variables, times=1)
            if library != plan:
                differ.append(f"{one.text} {one.variables}")
            objects += bool(
                result and result.data and any(isinstance(each, dict | list) for each in result.data.values())
            )

    hold_against_each_other()
    return differ, asked_in_all, objects


@pytest.mark.django_db
def test_a_plan_answers_the_real_schema_exactly_as_the_library_does(world: World) -> None:
    differ, asked, objects = real(world, REAL, seed=0)

    assert differ == []
    assert asked >= REAL
    assert objects >= 0.8 * asked


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(1, 7))
def test_a_plan_answers_the_real_schema_for_hours(world: World, seed: int) -> None:
    differ, asked, objects = real(world, SOAK, seed)

    assert differ == []
    assert objects >= 0.8 * asked
