"""schema.graphql is the schema: a change of the interface is reviewed like code."""

from __future__ import annotations

from pathlib import Path

import pytest

from civicnet.gateway.composer import compose
from civicnet.lifecycle.registry import registry

PRINTED = Path(__file__).resolve().parents[2] / "schema.graphql"


@pytest.mark.django_db
def test_the_printed_schema_is_the_composed_one() -> None:
    composed = compose(frozenset(registry.manifests)).sdl

    assert PRINTED.read_text(encoding="utf-8").strip() == composed.strip(), "run `civicnet schema > schema.graphql`"
