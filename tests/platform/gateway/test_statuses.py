"""Statuses of answers: those that clients of today expect, and those of the draft of August 2026 behind one setting."""

from __future__ import annotations

import json

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

NEW, OLD = "application/graphql-response+json", "application/json"
PARTIAL = '{ ok: __typename node(id: "wrong") { id } }'
BAD_VARIABLE = {"query": "query A($id: ID!) { node(id: $id) { id } }", "variables": {"id": None}}
CASES = {
    "done": ({"query": "{ __typename }"}, 200, 200),
    "partial": ({"query": PARTIAL}, 200, 294),
    "not GraphQL": ({"query": "{"}, 400, 400),
    "unknown field": ({"query": "{ nothing }"}, 400, 422),
    "unknown operation": ({"query": "query A { __typename }", "operationName": "B"}, 400, 422),
    "which operation": ({"query": "query A { __typename } query B { __typename }"}, 400, 422),
    "wrong variables": (BAD_VARIABLE, 400, 422),
    "too wide": ({"query": "{" + " __typename" * 101 + "}"}, 400, 422),
    "no request": ({}, 400, 400),
}


def post(client: Client, body: object, accept: str):
    return client.post("/graphql/", json.dumps(body), content_type="application/json", headers={"accept": accept})


@pytest.mark.parametrize("case", CASES)
def test_todays_clients_and_the_draft_each_get_their_status(client: Client, settings, case: str) -> None:
    body, habit, draft = CASES[case]

    assert post(client, body, NEW).status_code == habit
    settings.CIVICNET_GRAPHQL_DRAFT_2026_08 = True
    assert post(client, body, NEW).status_code == draft


@pytest.mark.parametrize("case", [one for one in CASES if one != "no request"])
@pytest.mark.parametrize("draft", [False, True])
def test_application_json_says_200_to_every_request_that_is_one(
    client: Client, settings, case: str, draft: bool
) -> None:
    settings.CIVICNET_GRAPHQL_DRAFT_2026_08 = draft

    assert post(client, CASES[case][0], OLD).status_code == 200


@pytest.mark.parametrize("draft", [False, True])
def test_what_is_no_request_is_told_by_its_status_in_both(client: Client, settings, draft: bool) -> None:
    settings.CIVICNET_GRAPHQL_DRAFT_2026_08 = draft

    mutation = client.get("/graphql/", {"query": "mutation { __typename }"}, headers={"accept": NEW})
    form = client.post("/graphql/", {"query": "{ __typename }"}, headers={"accept": NEW})
    neither = client.get("/graphql/", {"query": "{ __typename }"}, headers={"accept": "text/csv"})
    put = client.put("/graphql/", "{}", content_type=OLD)

    assert [one.status_code for one in (mutation, form, neither, put)] == [405, 415, 406, 405]
    assert (mutation["Allow"], put["Allow"]) == ("POST", "GET, POST")


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (f"{OLD};q=0.5, {NEW}", NEW),
        (f"{NEW};q=0.1, {OLD};q=0.2", OLD),
        (f"{NEW}, {OLD}", NEW),
        ("text/html, */*;q=0.1", OLD),
        (f"{NEW.upper()}; charset=utf-8", NEW),
        (f"{OLD};q=0", None),
        (f"{OLD};q=nonsense", None),
    ],
)
def test_the_type_a_caller_weighs_most_is_answered(client: Client, accept: str, given: str | None) -> None:
    response = post(client, {"query": "{ __typename }"}, accept)

    assert response.status_code == (200 if given else 406)
    assert response["Content-Type"] == f"{given or OLD}; charset=utf-8"
