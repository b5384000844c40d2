"""Whatever comes in, a coded error or an answer goes out: invented bodies, and invented queries of our own schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civicnet_site.wsgi import application

# What cannot be read as a request never comes to a database.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

MEDIA = ("application/json", "application/graphql-response+json")
STATUSES = {200, 400, 401, 403, 405, 413, 415}
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner))
DOCUMENTS = st.sampled_from(
    (
        "{ __typename }",
        "query A($id: ID!) { node(id: $id) { id } } query B { platform { version } }",
        "query A($first: Int, $after: String) { publicityArticles(first: $first, after: $after) { nodes { title } } }",
        "mutation A($number: String!) { hotlineWithdrawCase(number: $number) { errors { code field } } }",
        "{ ...A } fragment A on Query { ...A }",
        "{",
    )
)
VARIABLES = st.dictionaries(st.sampled_from(("id", "first", "after", "number")), JSON) | JSON
HASHES = st.sampled_from(("0" * 64, "sha256:" + "0" * 64)) | JSON
PERSISTED = st.fixed_dictionaries({"persistedQuery": st.fixed_dictionaries({"version": JSON, "sha256Hash": HASHES})})
REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "query": DOCUMENTS | st.text(max_size=200) | JSON,
        "variables": VARIABLES,
        "operationName": st.sampled_from(("A", "B", "")) | JSON,
        "extensions": PERSISTED | JSON,
        "documentId": HASHES,
    },
)
BODIES = (REQUESTS | JSON | st.lists(REQUESTS, max_size=3)).map(json.dumps) | st.text(max_size=300) | st.binary()


def examples(number: int) -> settings:
    """So many, the same in every run, however long one takes."""
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
    return settings(max_examples=number, deadline=None, derandomize=True, database=None, suppress_health_check=checks)


def check(status: int, content_type: str, body: bytes) -> None:
    """An answer of ours, whose errors are coded and none of which is our own fault."""
    assert status in STATUSES, body
    assert content_type.startswith(MEDIA), content_type
    answer: dict[str, Any] = json.loads(body)
    assert answer.keys() <= {"data", "errors"} and answer
    for error in answer.get("errors", []):
        assert error["message"]
        assert error["extensions"]["code"].isupper() and error["extensions"]["code"] != "INTERNAL_ERROR", error


@pytest.fixture
def one_connection(db: None) -> Iterator[None]:
    """The server's side and the test share a connection, which the end of a request must not close."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def throw(client: Client, number: int) -> None:
    @examples(number)
    @given(body=BODIES, accept=st.sampled_from((*MEDIA, "*/*")), by_post=st.booleans())
    def one(body: str | bytes, accept: str, by_post: bool) -> None:
        if by_post:
            answer = client.post("/graphql/", body, content_type=MEDIA[0], headers={"accept": accept})
        else:
            query = body if isinstance(body, str) else body.decode(errors="replace")
            address = {"query": query, "variables": query, "extensions": "{}"}
            answer = client.get("/graphql/", address, headers={"accept": accept})
        check(answer.status_code, answer["Content-Type"], answer.content)

    one()


def ask_everything(number: int) -> None:
    """Queries and mutations of the whole schema, so many for each root field."""
    schema = schemathesis.graphql.from_wsgi("/graphql/", application)
    fields = [found.ok() for found in schema.get_all_operations()]
    assert {one.label.partition(".")[0] for one in fields} == {"Query", "Mutation"}
    for field in fields:

        @examples(number)
        @given(case=field.as_strategy())
        def one(case: Any) -> None:
            answer = case.call()
            check(answer.status_code, answer.headers["content-type"][0], answer.content)

        one()


def test_no_body_or_address_brings_a_traceback(client: Client) -> None:
    throw(client, 60)


@pytest.mark.soak
def test_no_body_or_address_of_very_many_brings_a_traceback(client: Client) -> None:
    throw(client, 20_000)


def test_no_query_that_can_be_made_from_the_schema_brings_a_traceback(one_connection: None) -> None:
    ask_everything(4)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_no_query_of_very_many_brings_a_traceback(one_connection: None) -> None:
    ask_everything(300)
