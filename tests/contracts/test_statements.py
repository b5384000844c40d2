"""How many statements each shape of query costs: as many for three rows as for thirty, and as many as are written down.

``statements.json`` holds them. ``pytest tests/contracts/test_statements.py --rewrite-statements`` writes it anew; its change is
then reviewed like code. Where the databases differ, a number stands for each.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from graphql import FieldNode, OperationDefinitionNode, parse
from statements_world import World

from civicnet.access.models import Organisation
from civicnet.gateway.building import field_names
from civicnet.gateway.parts import parts
from civicnet.testing.asking import Ask

PINNED = Path(__file__).with_name("statements.json")
SHAPES: dict[str, dict[str, Any]] = json.loads(PINNED.read_text(encoding="utf-8"))
FEW, MANY = 3, 30


@pytest.mark.django_db
def test_more_rows_cost_no_more_statements_than_are_written_down(
    city: dict[str, Organisation], graphql: Ask, settings: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = World(city)
    world.grow(FEW)
    few = {name: count(graphql, world, shape["query"]) for name, shape in SHAPES.items()}
    world.grow(MANY)
    many = {name: count(graphql, world, shape["query"]) for name, shape in SHAPES.items()}

    assert many == few
    if request.config.getoption("--rewrite-statements"):
        write(many)
    pinned = {name: number_of(shape) for name, shape in SHAPES.items()}
    assert many == pinned, "look at what the queries read; if it is right, run with --rewrite-statements"


def test_every_root_field_of_every_plugin_has_a_shape() -> None:
    asked = {
        field.name.value
        for shape in SHAPES.values()
        for one in parse(shape["query"]).definitions
        if isinstance(one, OperationDefinitionNode)
        for field in one.selection_set.selections
        if isinstance(field, FieldNode)
    }

    assert {name for part in parts().values() for name in field_names(part.roots.query)} - asked == set()


def count(graphql: Ask, world: World, query: str) -> int:
    """The statements of an answer without errors, when what a process keeps is there."""
    wanted = parse(query).definitions[0].variable_definitions  # type: ignore[attr-defined]
    variables = {one.variable.name.value: world.variables[one.variable.name.value] for one in wanted}
    graphql(query, key=world.key, variables=variables)
    with CaptureQueriesContext(connection) as captured:
        answer = graphql(query, key=world.key, variables=variables)
    assert "errors" not in answer, answer
    assert None not in answer["data"].values(), answer
    return len(captured)


def number_of(shape: dict[str, Any]) -> int:
    """The number that is written down for this database."""
    number = shape["statements"]
    found: int = number[connection.vendor] if isinstance(number, dict) else number
    return found


def write(found: dict[str, int]) -> None:
    """Write the numbers of this database; the other one's stay where they differ from before."""
    for name, shape in SHAPES.items():
        known = shape.get("statements", found[name])
        both = dict(known) if isinstance(known, dict) else dict.fromkeys(("sqlite", "postgresql"), known)
        if not isinstance(known, dict) and connection.vendor == "sqlite":
            # Written on SQLite first; PostgreSQL then says where it differs.
            both["postgresql"] = found[name]
        both[connection.vendor] = found[name]
        shape["statements"] = found[name] if len(set(both.values())) == 1 else both
    PINNED.write_text(json.dumps(SHAPES, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
