"""GraphQL: names of its own, none of them without it, per site what is on there, and no statement for each row."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    graphql_sync,
    is_required_argument,
)
from wagtail.models import Site

from civicnet.access.actors import SYSTEM
from civicnet.access.scope import EVERYWHERE
from civicnet.contract import Actor, InvalidInput
from civicnet.gateway.composer import Composed, compose, parts
from civicnet.lifecycle.activation import set_site_mode
from civicnet.lifecycle.manifest import Manifest
from civicnet.lifecycle.models import SiteMode
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import read, using
from civicnet.testing.asking import Ask
from civicnet.testing.switching import Toggle

# How far a selection leads from a row to what belongs to it.
_DEPTH = 3


def test_its_graphql_names_begin_with_its_prefix(under_test: Manifest) -> None:
    """Fields with the prefix, types with the prefix in capitals: nobody else can ever have the same name."""
    part = parts().get(under_test.slug)
    prefix = under_test.prefix
    strange = [name for name in (part.fields if part else ()) if not name.startswith(prefix)]
    strange += [name for name in (part.types if part else ()) if not name.startswith(prefix[0].upper() + prefix[1:])]

    assert not strange, f"begin these with {prefix!r}: {', '.join(strange)}"


def test_without_it_the_schema_has_none_of_its_names(under_test: Manifest) -> None:
    """Also not through a type of somebody else that leads to one of its types."""
    part = parts().get(under_test.slug)
    without = compose(frozenset(registry.manifests) - {under_test.slug} - set(registry.dependants(under_test.slug)))
    roots = [root for root in (without.schema.query_type, without.schema.mutation_type) if root]
    names = set(without.schema.type_map) | {name for root in roots for name in root.fields}
    left = names & (part.fields | set(part.types)) if part else set()

    assert not left, f"these are reached without it: {', '.join(sorted(left))}"


def test_two_sites_can_have_it_on_and_off(
    under_test: Manifest, site_pair: tuple[Site, Site], toggle: Toggle, graphql: Ask
) -> None:
    """Each host answers with its own set; a plugin whose scope is global refuses a switch per site."""
    toggle(under_test.slug, True)
    first, second = site_pair
    if under_test.scope == "global":
        with pytest.raises(InvalidInput):
            set_site_mode(slug=under_test.slug, site_id=second.pk, mode=SiteMode.OFF, actor=SYSTEM, reason="test")
        return

    set_site_mode(slug=under_test.slug, site_id=second.pk, mode=SiteMode.OFF, actor=SYSTEM, reason="test")

    ask = "{ platform { plugins { slug enabled } } __schema { types { name } queryType { fields { name } } } }"
    on, off = (graphql(ask, host=one.hostname)["data"] for one in (first, second))
    told = [{one["slug"]: one["enabled"] for one in each["platform"]["plugins"]} for each in (on, off)]
    part = parts().get(under_test.slug)
    names = [
        {one["name"] for one in (*each["__schema"]["types"], *each["__schema"]["queryType"]["fields"])}
        for each in (on, off)
    ]
    assert [each[under_test.slug] for each in told] == [True, False]
    assert not names[1] & (part.fields | set(part.types) if part else set())
    assert not part or names[0] & (part.fields | set(part.types))


def test_a_list_takes_as_many_statements_for_one_row_as_for_all(
    under_test: Manifest, rows_to_try: None, toggle: Toggle
) -> None:
    """What belongs to the rows of a page is read for all of them at once."""
    toggle(under_test.slug, True)
    composed = compose(read(None).enabled)
    tried, grew = 0, []
    for name, query in _lists(composed, under_test):
        found, for_all = _ask(composed, under_test, query, 100)
        if found > 1:
            tried += 1
            _one, for_one = _ask(composed, under_test, query, 1)
            if for_all > for_one:
                grew.append(f"{name}: {for_one} statements for one row, {for_all} for {found}")

    assert not grew, f"prefetch for the whole page: {'; '.join(grew)}"
    if not tried and any(_lists(composed, under_test)):
        pytest.skip("no list has two rows to compare: let the hook demo_data make some")


def _lists(composed: Composed, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Root fields that answer with a connection and need no argument, each with a query for all it leads to."""
    part = parts().get(manifest.slug)
    fields = composed.schema.query_type.fields if composed.schema.query_type else {}
    for name, field in fields.items():
        kind = get_named_type(field.type)
        if part and name in part.fields and kind.name.endswith("Connection") and not _needs(field):
            assert isinstance(kind, GraphQLObjectType)
            row = get_named_type(kind.fields["nodes"].type)
            yield name, f"query($first: Int) {{ {name}(first: $first) {{ nodes {{ {_selection(row, _DEPTH)} }} }} }}"


def _selection(kind: object, depth: int) -> str:
    if isinstance(kind, GraphQLUnionType):
        return "__typename"
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    chosen = ["__typename"]
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if _needs(field):
            continue
        if not isinstance(inner, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            chosen.append(name)
        elif depth > 1:
            chosen.append(f"{name} {{ {_selection(inner, depth - 1)} }}")
    return " ".join(chosen)


def _needs(field: GraphQLField) -> bool:
    return any(is_required_argument(one) for one in field.args.values())


def _ask(composed: Composed, manifest: Manifest, query: str, first: int) -> tuple[int, int]:
    """How many rows came, and how many statements it took, for somebody who may see everything of the plugin."""
    held = {name for names in manifest.api_scopes.values() for name in names} | {
        one.name for one in manifest.permissions
    }
    everybody = Actor("staff", "0", "conformance", frozenset(held), dict.fromkeys(held, (EVERYWHERE,)))
    with using(read(None)) as snapshot, CaptureQueriesContext(connection) as captured:
        context = SimpleNamespace(actor=everybody, snapshot=snapshot, composed=composed, headers={}, META={})
        answer = graphql_sync(composed.schema, query, context_value=context, variable_values={"first": first})
    assert not answer.errors, f"{query}: {answer.errors}"
    assert answer.data is not None
    return len(next(iter(answer.data.values()))["nodes"]), len(captured)
