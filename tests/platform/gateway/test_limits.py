"""Limits: a document that would keep a process busy is refused before anything runs."""

from __future__ import annotations

import base64
import time
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


def doubling(levels: int) -> str:
    """Fragments that spread the next one twice: 2 to the power of ``levels`` fields."""
    steps = (f"fragment f{one} on Platform {{ ...f{one + 1} ...f{one + 1} }}" for one in range(levels))
    return f"{{ platform {{ ...f0 }} }} {' '.join(steps)} fragment f{levels} on Platform {{ version }}"


def test_fragments_that_double_again_and_again_are_refused_at_once(graphql: Ask) -> None:
    began = time.perf_counter()

    answer = graphql(doubling(80))

    assert code_of(answer) == "TOO_LARGE"
    assert time.perf_counter() - began < 1


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
    monkeypatch.setattr(limits, "MOST_COST", 1_000)

    few = graphql("{ grids(first: 10) { nodes { id code name } } }")
    many = graphql("{ grids(first: 100) { nodes { id code name posts { label } } } }")
    unsure = graphql("query Q($n: Int) { grids(first: $n) { nodes { id code name posts { label } } } }")

    assert "errors" not in few
    assert code_of(many) == code_of(unsure) == "TOO_LARGE"


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
