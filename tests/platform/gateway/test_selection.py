"""Selections: what a query asks for below a field, known once per document."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from graphql import DocumentNode, GraphQLResolveInfo, GraphQLSchema, build_schema, execute, parse

from civicnet.gateway.selection import Selection, selection_of

SCHEMA = build_schema("""
    enum Spec { CARD HERO }
    type Picture { rendition(spec: Spec!, dense: Boolean = false): File }
    type File { url: String }
    type Quote { text: String, picture: Picture }
    type Plain { text: String }
    union Block = Quote | Plain
    type Article { title: String, bodyHtml: String, picture: Picture, body: [Block], next: Article }
    type Edge { node: Article, cursor: String }
    type Articles { nodes: [Article], edges: [Edge], totalCount: Int }
    type Query { articles: Articles, article: Article }
""")


def selections(
    text: str | DocumentNode, *, schema: GraphQLSchema = SCHEMA, variables: dict[str, Any] | None = None
) -> list[Selection]:
    """What each root field of a query was told."""
    found: list[Selection] = []

    def resolve(root: Any, info: GraphQLResolveInfo) -> None:
        if info.path.prev is None:
            found.append(selection_of(info))

    tree = parse(text) if isinstance(text, str) else text
    execute(schema, tree, field_resolver=resolve, variable_values=variables)
    return found


def selection(text: str | DocumentNode, **given: Any) -> Selection:
    (only,) = selections(text, **given)
    return only


def test_fragments_are_seen_through() -> None:
    asked = selection("""
        { articles { ...Some ... on Articles { totalCount } } }
        fragment Some on Articles { nodes { ...Title next { bodyHtml } } }
        fragment Title on Article { title }
    """)

    assert asked.names == {"nodes", "title", "next", "bodyHtml", "totalCount"}
    assert asked.fields == {"nodes", "totalCount"}
    assert asked.asks("nodes", "title")
    assert asked.asks("nodes", "next", "bodyHtml")
    assert not asked.asks("nodes", "bodyHtml")
    assert not asked.asks("edges")


@pytest.mark.parametrize("text", ["nodes { title }", "edges { node { title } }", "some: nodes { called: title }"])
def test_rows_are_rows_however_they_are_listed_and_called(text: str) -> None:
    asked = selection(f"{{ articles {{ {text} }} }}")

    assert asked.asks("nodes", "title")
    assert asked.at("nodes").fields == {"title"}
    assert not asked.at("nodes").asks("picture", "rendition")


def test_what_stands_at_several_places_is_taken_together() -> None:
    asked = selection("{ articles { nodes { title } edges { node { bodyHtml } } more: nodes { next { title } } } }")

    assert asked.at("nodes").fields == {"title", "bodyHtml", "next"}


def test_a_field_that_is_asked_for_twice_at_the_root_is_one() -> None:
    assert selection("{ article { title } article { bodyHtml } }").fields == {"title", "bodyHtml"}


def test_what_a_directive_may_leave_out_counts_as_asked() -> None:
    asked = selection("query ($no: Boolean!) { article { title @include(if: $no) } }", variables={"no": False})

    assert asked.asks("title")


def test_arguments_are_read_for_each_alias_with_the_values_of_the_request() -> None:
    tree = parse("""
        query ($spec: Spec!) { articles { edges { node { picture {
            card: rendition(spec: CARD) { url }
            rendition(spec: $spec, dense: true) { url }
        } } } } }
    """)

    for given in ("HERO", "CARD"):
        calls = selection(tree, variables={"spec": given}).calls("nodes", "picture", "rendition")
        assert [(one.key, dict(one.arguments)) for one in calls] == [
            ("card", {"spec": "CARD", "dense": False}),
            ("rendition", {"spec": given, "dense": True}),
        ]
        assert calls[0].selection.asks("url")


def test_members_of_a_union_are_told_apart() -> None:
    asked = selection("""
        { article { body { ... on Quote { text picture { rendition(spec: CARD) { url } } } ... on Plain { text } } } }
    """)

    assert [one.parent for one in asked.calls("body", "text")] == ["Quote", "Plain"]
    assert asked.asks("body", "picture", "rendition", "url")


def test_each_of_two_fields_that_spread_a_fragment_has_its_own() -> None:
    first, second = selections("""
        { article { ...F next { bodyHtml } } other: article { ...F } }
        fragment F on Article { next { title } }
    """)

    assert first.at("next").fields == {"title", "bodyHtml"}
    assert second.at("next").fields == {"title"}


def test_equal_fields_of_two_documents_are_not_mixed() -> None:
    query = "{ article { ...F } } fragment F on Article { %s }"
    whole, brief = parse(query % "title bodyHtml"), parse(query % "title")
    # The same node in a document that names something else by the same name.
    mixed = DocumentNode(definitions=(whole.definitions[0], brief.definitions[1]))

    for _again in range(2):
        assert selection(whole).fields == {"title", "bodyHtml"}
        assert selection(brief).fields == {"title"}
        assert selection(mixed).fields == {"title"}


def test_a_document_is_read_once() -> None:
    tree = parse("{ article { title } }")

    assert selection(tree).names is selection(tree).names


def test_what_is_known_of_a_document_goes_with_it() -> None:
    tree = parse("{ article { title next { title } } }")
    selection(tree).at("next")
    gone = weakref.ref(tree)

    del tree
    gc.collect()

    assert gone() is None


def test_fragments_that_double_at_each_level_cost_nothing_until_they_are_looked_into() -> None:
    parts = [
        f"fragment F{n} on Article {{ ...G{n} ...G{n} a: next {{ ...F{n + 1} }} b: next {{ ...F{n + 1} }} }}"
        f" fragment G{n} on Article {{ ...G{n + 1} ... on Article {{ ...G{n + 1} }} }}"
        for n in range(40)
    ]
    ends = " fragment F40 on Article { title } fragment G40 on Article { title }"

    asked = selection("{ articles { totalCount nodes { ...F0 } } }" + " ".join(parts) + ends)

    assert asked.names == {"nodes", "totalCount", "next", "title"}
    assert asked.at("nodes").fields == {"next", "title"}
