"""Limits: a document that would keep a process busy is refused before anything runs."""

from __future__ import annotations

import base64
import gc
import resource
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from graphql import get_introspection_query

from civicnet.gateway import limits

pytestmark = pytest.mark.django_db
Ask = Callable[..., dict[str, Any]]


def code_of(answer: dict[str, Any]) -> str:
    assert "data" not in answer
    code: str = answer["errors"][0]["extensions"]["code"]
    return code


def told(answer: dict[str, Any]) -> dict[str, Any]:
    assert "data" not in answer
    extensions: dict[str, Any] = answer["errors"][0]["extensions"]
    return extensions


def doubling(levels: int) -> str:
    """Fragments that spread the next one twice: 2 to the power of ``levels`` fields."""
    steps = (f"fragment f{one} on Platform {{ ...f{one + 1} ...f{one + 1} }}" for one in range(levels))
    return f"{{ platform {{ ...f0 }} }} {' '.join(steps)} fragment f{levels} on Platform {{ version }}"


def test_fragments_that_double_again_and_again_are_refused_at_once(graphql: Ask) -> None:
    # Spread one by one they would take longer than the universe has.
    answer = graphql(doubling(80))

    assert code_of(answer) == "TOO_LARGE"


@pytest.mark.parametrize(
    "query",
    [
        "{" + "a: grids(first: 2) { nodes { b: posts { label } b: posts { label } } }" * 60 + "}",
        "{" + "".join(f"...f{n} " for n in range(90)) + "}"
        "" + "".join(f"fragment f{n} on Query {{ platform {{ version }} }}" for n in range(90)),
        "{ ...A } fragment A on Query { a: platform { ...B } b: platform { ...B } }"
        " fragment B on Platform { a: plugins { ...C } } fragment C on PlatformPlugin { x: plugins { ...C } slug }",
        " ".join(f"query A{n} {{ __typename }}" for n in range(51)),
    ],
    ids=["twice in twice", "by fragments", "a circle below", "operations"],
)
def test_saying_the_same_again_and_again_is_refused_before_it_is_compared(graphql: Ask, query: str) -> None:
    assert code_of(graphql(query)) == "TOO_LARGE"


def test_fragments_in_a_circle_are_refused_by_name(graphql: Ask) -> None:
    answer = graphql("{ platform { ...A } } fragment A on Platform { ...B } fragment B on Platform { ...A }")

    assert code_of(answer) == "VALIDATION_FAILED"
    assert "within itself" in answer["errors"][0]["extensions"]["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "{" + " ".join(f"a{n}: grids(first: 100) {{ nodes {{ id posts {{ label }} }} }}" for n in range(60)) + "}",
        "{ grids(first: 100) { nodes {" + " ".join(f"a{n}: posts {{ label }}" for n in range(90)) + "} } }",
        "{" + "platform { version } " * 101 + "}",
    ],
)
def test_many_lists_under_aliases_are_refused_without_asking_the_database(client: Client, query: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = client.post("/graphql/", {"query": query}, content_type="application/json").json()

    assert code_of(answer) == "TOO_LARGE"
    assert not [one for one in asked.captured_queries if "civicnet_grid" in one["sql"]]


def test_what_clients_really_ask_for_fits(graphql: Ask) -> None:
    whole = "{ grids(first: 100) { totalCount pageInfo { endCursor } nodes { id code name posts { level label onDuty } } } }"
    tools = get_introspection_query(input_value_deprecation=True)

    assert "errors" not in graphql(whole)
    assert "errors" not in graphql(tools)
    assert "errors" not in graphql("query Q($n: Int) { grids(first: $n) { nodes { ...G } } } fragment G on Grid { id }")


def test_the_rows_of_a_page_are_reckoned_by_what_was_asked_for(graphql: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_COST", 500)

    few = graphql("{ grids(first: 10) { nodes { id code name } } }")
    many = graphql("{ grids(first: 100) { nodes { id code name posts { label } } } }")
    by_variable = "query Q($n: Int = 90) { grids(first: $n) { nodes { id code name posts { label } } } }"

    assert "errors" not in few
    # The field 50, its nodes 1, and for each of a hundred rows three leaves, the list, and a label for each of five posts.
    assert told(many) == {"code": "TOO_LARGE", "limit": "cost", "asked": 50 + 1 + 100 * (3 + 1 + 5), "allowed": 500}
    assert told(graphql(by_variable))["asked"] == 50 + 1 + 90 * 9
    assert told(graphql(by_variable, variables={"n": 60}))["asked"] == 50 + 1 + 60 * 9
    assert "errors" not in graphql(by_variable, variables={"n": 40})
    changes = graphql("{ changes(first: 100) { nodes { type node { ... on Grid { code posts { label } } } } } }")
    assert told(changes)["asked"] == 50 + 1 + 100 * (2 + 2 + 5)
    # What the list refuses by itself counts as its most.
    assert told(graphql(by_variable, variables={"n": 1_000}))["asked"] == 951


def test_a_size_that_a_variable_has_by_default_counts_as_any_other(
    graphql: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_NODES", 30)
    ids = ", ".join(['"R3JpZDox"'] * 40)

    named = "query Q($ids: [ID!]! = [" + ids + "]) { nodes(ids: $ids) { id } }"
    beyond = "query Q($n: Int = 1000) { grids(first: $n) { nodes { id } } }"
    few = "query Q($n: Int = 1) { grids(first: $n) { nodes { id posts { label } } } }"

    assert told(graphql(named))["asked"] == 40
    assert told(graphql(beyond))["asked"] == 100
    assert "errors" not in graphql(few)
    assert told(graphql(few, variables={"n": None}))["asked"] == 20 * (1 + 5)


def test_the_whole_schema_again_and_again_is_dear(graphql: Ask) -> None:
    def often(times: int) -> str:
        return "{ " + " ".join(f"a{one}: __schema {{ types {{ name }} }}" for one in range(times)) + " }"

    assert "errors" not in graphql(get_introspection_query())
    assert "errors" not in graphql(often(20))
    assert told(graphql(often(21))) == {"code": "TOO_LARGE", "limit": "cost", "asked": 10_500, "allowed": 10_000}


def test_a_size_within_fragments_waits_for_its_variable_and_a_doubled_one_is_reckoned_once(graphql: Ask) -> None:
    steps = " ".join(f"fragment f{one} on Query {{ ...f{one + 1} ...f{one + 1} }}" for one in range(40))
    query = "query Q($n: Int) { ...f0 } " + steps + " fragment f40 on Query { grids(first: $n) { nodes { id } } }"

    refused = told(graphql(query, variables={"n": 3}))

    assert (refused["limit"], refused["asked"]) == ("nodes", 3 * 2**40)


def test_rows_multiplied_down_the_tree_are_limited(graphql: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_NODES", 500)

    fits = graphql("{ grids(first: 83) { nodes { id posts { label } } } }")
    refused = graphql("{ grids(first: 84) { totalCount nodes { id posts { label } } } }")

    assert "errors" not in fits
    assert told(refused) == {"code": "TOO_LARGE", "limit": "nodes", "asked": 84 + 84 * 5, "allowed": 500}


@pytest.mark.parametrize(
    ("limit", "asked", "query"),
    [
        ("characters", 50_001, "{ platform { version } }".ljust(50_001)),
        ("tokens", 2_001, "{ platform { " + "version " * 2_000 + "} }"),
        ("selections", 101, "{ platform { " + "version " * 101 + "} }"),
        (
            "aliases",
            101,
            "{" + " ".join(f"... {{ a{n}: f b{n}: g c{n}: h{n} d{n}: i{n} }}" for n in range(25)) + "e: f }",
        ),
        ("aliasesOfField", 31, "{" + " ".join(f"a{n}: platform {{ version }}" for n in range(31)) + "}"),
        ("directives", 51, "{ platform { " + "version @skip(if: false) " * 51 + "} }"),
        ("directivesOfField", 6, "{ platform { version " + "@skip(if: false) " * 6 + "} }"),
        ("spreads", 102, "{ platform { " + "... { ...V ...V } " * 51 + "} } fragment V on Platform { version }"),
        ("comparisons", 5_151, "{ platform { " + "... { version version } " * 51 + "} }"),
        ("depth", 16, "{ a" * 16 + "}" * 16),
        ("depth", 16, "{ a { b { ...F } } } fragment F on T " + "{ a" * 14 + "}" * 14),
    ],
)
def test_each_limit_is_told_by_name_with_what_was_asked_and_what_is_allowed(
    graphql: Ask, limit: str, asked: int, query: str
) -> None:
    refused = told(graphql(query))

    assert (refused["code"], refused["limit"], refused["asked"]) == ("TOO_LARGE", limit, asked)
    assert refused["allowed"] < asked


@pytest.mark.parametrize(
    "query",
    [
        # Fields of one name, which validation compares two by two, spread over sets that each are narrow.
        "{ platform { " + " ".join("... { " + "version " * 95 + "}" for _set in range(19)) + " } }",
        "{ platform { "
        + " ".join(f"...F{n}" for n in range(18))
        + " } } "
        + " ".join(f"fragment F{n} on Platform {{ {'version ' * 95} }}" for n in range(18)),
        "{ platform { " + "version " + "@a " * 900 + "} }",
        "{" + "a { b " * 400 + "}" * 401,
        doubling(150),
        "{ platform { ...f0 } } "
        + " ".join(
            f"fragment f{n} on Platform {{ {' '.join(f'...f{other}' for other in range(9))} }}" for n in range(11)
        ),
    ],
)
def test_a_hostile_document_is_refused_within_the_time_of_its_reading(graphql: Ask, query: str) -> None:
    graphql("{ platform { version } }")
    took = []
    # The collector would walk over everything that the tests before have left.
    gc.disable()
    try:
        for _try in range(3):
            began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
            refused = graphql(query)
            took.append(resource.getrusage(resource.RUSAGE_SELF).ru_utime - began)
    finally:
        gc.enable()

    assert told(refused)["code"] in ("TOO_LARGE", "VALIDATION_FAILED")
    assert min(took) < 0.05


def test_depth_counts_through_fragments(graphql: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_DEPTH", 3)

    fits = graphql("{ grids { nodes { ...G } } } fragment G on Grid { id }")
    deeper = graphql("{ grids { nodes { ...G } } } fragment G on Grid { posts { level } }")

    assert "errors" not in fits
    assert code_of(deeper) == "TOO_LARGE"


def test_a_page_size_of_null_is_the_usual_one(graphql: Ask) -> None:
    assert graphql("{ grids(first: null) { nodes { id } } }") == {"data": {"grids": {"nodes": []}}}
    assert graphql("query Q($n: Int) { grids(first: $n) { nodes { id } } }", variables={"n": None}) == {
        "data": {"grids": {"nodes": []}}
    }


def test_a_number_beyond_all_measure_is_the_documents_fault(graphql: Ask) -> None:
    assert code_of(graphql("{ grids(first: " + "9" * 5_000 + ") { nodes { id } } }")) == "VALIDATION_FAILED"


def test_a_body_beyond_the_limit_gets_a_code(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    body = {"query": "{ platform { version } }", "variables": {"a": "x" * 2_000}}

    response = client.post("/graphql/", body, content_type="application/json")

    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "TOO_LARGE"


@pytest.mark.parametrize("literal", ["\\u0000", "a\\u{000}b", "\0"])
def test_the_sign_no_database_holds_is_refused_in_a_literal(graphql: Ask, literal: str) -> None:
    assert code_of(graphql('{ grid(code: "' + literal + '") { id } }')) == "PARSE_FAILED"


def test_the_sign_no_database_holds_is_refused_in_variables_and_cursors(graphql: Ask) -> None:
    query = "query Q($c: String!) { grid(code: $c) { id } }"
    cursor = base64.urlsafe_b64encode(b'["\\u0000",1]').decode()

    answer = graphql('{ grids(after: "' + cursor + '") { nodes { id } } }')

    assert code_of(graphql(query, variables={"c": "a\0b"})) == "BAD_REQUEST"
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


def test_a_cursor_with_a_moment_beyond_the_calendar_is_not_ours(graphql: Ask) -> None:
    cursor = base64.urlsafe_b64encode(b'["0001-01-01T00:00:00+14:00",1]').decode()

    answer = graphql('{ publicityArticles(after: "' + cursor + '") { nodes { id } } }')

    assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


def with_variable(value: str) -> str:
    return f'{{"query": "query Q($a: [Int]) {{ grid(code: $a) {{ id }} }}", "variables": {{"a": {value}}}}}'


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("[" * 18 + "1" + "]" * 18, "VALIDATION_FAILED"),
        ("[" * 20 + "1" + "]" * 20, "TOO_LARGE"),
        ("[" * 1_000 + "1" + "]" * 1_000, "TOO_LARGE"),
        ("[" * 2_000 + "1" + "]" * 5_000, "BAD_REQUEST"),
        ("[" + "1," * 9_990 + "1]", "VALIDATION_FAILED"),
        ("[" + "1," * 10_000 + "1]", "TOO_LARGE"),
        ("{" + '"%s": 1,' * 5_000 % tuple(range(5_000)) + '"a": 1}', "TOO_LARGE"),
        ('"' + "长" * 499_999 + '"', "VALIDATION_FAILED"),
        ('"' + "长" * 500_001 + '"', "TOO_LARGE"),
        ('[[["\\u0000"]]]', "BAD_REQUEST"),
        ('{"\\u0000": 1}', "BAD_REQUEST"),
    ],
    ids=lambda value: value[:20],
)
def test_variables_are_bounded_in_depth_number_and_length(client: Client, value: str, code: str) -> None:
    answer = client.post("/graphql/", with_variable(value), content_type="application/json")

    assert code_of(answer.json()) == code
    assert answer.status_code == {"TOO_LARGE": 413, "BAD_REQUEST": 400}.get(code, 200)


def test_of_the_members_of_a_union_only_the_dearest_counts(graphql: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_COST", 61)
    dear = "... on Grid { id code name kind posts { label } }"
    query = "query Q($ids: [ID!]!) { nodes(ids: $ids) { __typename " + dear + " ... on HotlineCase { number } } }"

    fits = graphql(query, variables={"ids": ["unknown"]})
    refused = told(graphql(query, variables={"ids": ["unknown"] * 2}))

    assert fits["errors"][0]["extensions"]["code"] == "INVALID_ID"
    # The field 50, and for each of two rows its name, four leaves, the list, and a label for each of five posts.
    assert refused == {"code": "TOO_LARGE", "limit": "cost", "asked": 50 + 2 * (1 + 4 + 1 + 5), "allowed": 61}


def test_fragments_for_one_member_count_together(graphql: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_COST", 53)
    query = 'query Q { nodes(ids: ["unknown"]) { ...A ... on Grid { code name } ... on HotlineCase { number state } } }'

    refused = told(graphql(query + " fragment A on Grid { id kind }"))

    assert refused["asked"] == 50 + 4
