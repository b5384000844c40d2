"""schema.graphql is the schema: a change of the interface is reviewed like code."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from graphql import build_schema

from civicnet.gateway.breaking import breaking, undated
from civicnet.gateway.composer import compose
from civicnet.lifecycle.registry import registry

ROOT = Path(__file__).resolve().parents[2]
PRINTED = ROOT / "schema.graphql"
# What portals were promised, renewed with each release; see docs/howto/api-changes.md.
PUBLISHED = ROOT / "schema.published.graphql"


@pytest.mark.django_db
def test_the_printed_schema_is_the_composed_one() -> None:
    composed = compose(frozenset(registry.manifests)).sdl

    assert PRINTED.read_text(encoding="utf-8").strip() == composed.strip(), "run `civicnet schema > schema.graphql`"


@pytest.mark.django_db
def test_what_portals_were_promised_is_kept_until_its_day() -> None:
    composed = build_schema(compose(frozenset(registry.manifests)).sdl)
    promised = build_schema(PUBLISHED.read_text(encoding="utf-8"))

    assert not [one for one in breaking(promised, composed, today=timezone.localdate()) if one.obstacle]
    assert not undated(composed), "a @deprecated begins with “until YYYY-MM-DD: ”"
