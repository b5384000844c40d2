"""Mutations of plugins: named after the service, done once under a key, told in the page of docs."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from graphene.utils.str_converters import to_snake_case

from civicnet.gateway.building import core, field_names
from civicnet.gateway.composer import compose
from civicnet.gateway.parts import parts
from civicnet.lifecycle.registry import registry

PAGE = Path(__file__).resolve().parents[2] / "docs/howto/mutations.md"


@pytest.fixture
def mutations(db: None) -> dict[str, Any]:
    """All mutations by name."""
    kind = compose(frozenset(registry.manifests)).schema.mutation_type
    assert kind is not None
    return kind.fields


def test_every_mutation_takes_a_key_that_need_not_be_given(mutations: dict[str, Any]) -> None:
    assert {name: str(one.args["idempotencyKey"].type) for name, one in mutations.items()} == dict.fromkeys(
        mutations, "String"
    )


def test_every_mutation_of_a_plugin_is_named_after_its_service(mutations: dict[str, Any]) -> None:
    own = {name: part.plugin for part in parts().values() for name in field_names(part.roots.mutation)}

    assert own.keys() == mutations.keys() - set(field_names(core().mutation))
    for name, plugin in own.items():
        services = importlib.import_module(f"civicnet_{plugin}.services")
        assert callable(getattr(services, to_snake_case(name.removeprefix(plugin)))), name


def test_the_page_has_a_row_for_every_mutation(mutations: dict[str, Any]) -> None:
    rows = [line.split("|")[1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]

    assert {name for cell in rows for name in re.findall(r"`(\w+)`", cell)} == set(mutations)
