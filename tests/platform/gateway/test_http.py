"""GraphQL over HTTP: media types, methods, and a coded error for everything that is not a request."""

from __future__ import annotations

import json

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

NEW = "application/graphql-response+json"


def post(client: Client, body: object, *, accept: str = "application/json", kind: str = "application/json"):
    raw = body if isinstance(body, str) else json.dumps(body)
    return client.post("/graphql/", raw, content_type=kind, headers={"accept": accept})


@pytest.mark.parametrize(
    ("accept", "given"), [("application/json", "application/json"), (NEW, NEW), ("*/*", "application/json")]
)
def test_an_answer_comes_in_the_media_type_asked_for_and_sets_no_cookie(
    client: Client, accept: str, given: str
) -> None:
    response = post(client, {"query": "{ platform { version } }"}, accept=accept)

    assert response.status_code == 200
    assert response.json() == {"data": {"platform": {"version": "0.1.0"}}}
    assert response["Content-Type"] == f"{given}; charset=utf-8"
    assert response["X-Schema-Generation"].isdigit()
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), (NEW, 400)])
@pytest.mark.parametrize(
    ("query", "code"),
    [("{", "PARSE_FAILED"), ("{ nothing }", "VALIDATION_FAILED"), ("{" + "a" * 50_001 + "}", "TOO_LARGE")],
)
def test_a_document_that_cannot_run_gets_a_code_and_no_data(
    client: Client, accept: str, status: int, query: str, code: str
) -> None:
    response = post(client, {"query": query}, accept=accept)

    assert response.status_code == status
    assert "data" not in response.json()
    assert response.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{not json", "application/json", 400, "BAD_REQUEST"),
        ("[]", "application/json", 400, "BATCH_REFUSED"),
        ('[{"query": "{__typename}"}]', "application/json", 400, "BATCH_REFUSED"),
        ('"text"', "application/json", 400, "BAD_REQUEST"),
        ("{}", "application/json", 400, "BAD_REQUEST"),
        ('{"query": 5}', "application/json", 400, "BAD_REQUEST"),
        ('{"query": "{__typename}", "variables": "x"}', "application/json", 400, "BAD_REQUEST"),
        ('{"query": "{__typename}", "extensions": 1}', "application/json", 400, "BAD_REQUEST"),
        ('{"query": "{__typename}", "operationName": 1}', "application/json", 400, "BAD_REQUEST"),
        ("{__typename}", "application/graphql", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
def test_what_is_not_a_request_is_refused_with_a_code(
    client: Client, body: str, kind: str, status: int, code: str
) -> None:
    response = post(client, body, kind=kind)

    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["code"] == code


def test_there_are_no_subscriptions(client: Client) -> None:
    response = post(client, {"query": "subscription { platform { version } }"}, accept=NEW)

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "REQUEST_FAILED"


def test_nothing_we_speak_is_accepted_is_said(client: Client) -> None:
    response = post(client, {"query": "{ __typename }"}, accept="text/plain")

    assert response.status_code == 406
    assert response.json()["errors"][0]["extensions"]["code"] == "NOT_ACCEPTABLE"


def test_a_query_may_come_by_get(client: Client) -> None:
    response = client.get("/graphql/", {"query": "query A { platform { version } }", "operationName": "A"})

    assert response.json() == {"data": {"platform": {"version": "0.1.0"}}}


def test_a_query_nested_too_deep_is_refused_before_it_runs(client: Client) -> None:
    deep = "{ __schema { types " + "{ fields { type " * 8 + "{ name }" + "} }" * 8 + " } }"

    response = post(client, {"query": deep})

    assert response.json()["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"


def test_a_wrong_key_is_refused(client: Client) -> None:
    response = client.post(
        "/graphql/", '{"query": "{__typename}"}', content_type="application/json", headers={"authorization": "Bearer x"}
    )

    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "KEY_REFUSED"


def test_a_sentence_comes_in_the_callers_language(client: Client) -> None:
    def message(language: str | None) -> str:
        headers = {"authorization": "Bearer x"} | ({"accept-language": language} if language else {})
        answer = client.post("/graphql/", '{"query": "{__typename}"}', content_type="application/json", headers=headers)
        return str(answer.json()["errors"][0]["message"])

    assert message("en") == "This API key is not valid. Ask the platform's administrator for a new one."
    assert message(None) == message("zh-hans") == "此接口密钥无效，请向平台管理员申请新的密钥。"


def test_a_browser_gets_the_explorer_from_our_own_host_only(client: Client) -> None:
    page = client.get("/graphql/", headers={"accept": "text/html"}).content.decode()

    assert "graphiql.min.js" in page
    assert "http://" not in page
    assert "https://" not in page


def test_a_session_needs_its_token_for_a_post(staff) -> None:
    person = staff([], username="signed_in")
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)

    refused = client.post("/graphql/", '{"query": "{__typename}"}', content_type="application/json")
    read = client.get("/graphql/", {"query": "{__typename}"})

    assert refused.status_code == 403
    assert refused.json()["errors"][0]["extensions"]["code"] == "CSRF_FAILED"
    assert read.json() == {"data": {"__typename": "Query"}}


def test_the_schema_is_text_with_a_tag(client: Client) -> None:
    first = client.get("/graphql/schema.graphql")
    again = client.get("/graphql/schema.graphql", headers={"if-none-match": first["ETag"]})

    assert first.content.decode().startswith("type Query {")
    assert again.status_code == 304
