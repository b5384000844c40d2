"""Automatic persisted queries: kept once they are valid and their hash fits, in bounds, for a while."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.gateway.models import PersistedDocument
from civicnet.gateway.persisted import selectors, services
from civicnet.gateway.persisted.services import forget_unused

pytestmark = pytest.mark.django_db

TEXT = "{ platform { version } }"
DATA = {"data": {"platform": {"version": "0.1.0"}}}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No process remembers what another test sent."""
    selectors.forget()
    cache.clear()
    yield
    selectors.forget()
    cache.clear()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def named(text: str = TEXT, **values: object) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": digest(text), **values}}


def post(client: Client, key: str | None = None, **body: object) -> Any:
    headers = {"accept-language": "en"} | ({"authorization": f"Bearer {key}"} if key else {})
    return client.post("/graphql/", json.dumps(body), content_type="application/json", headers=headers).json()


def code(answer: dict[str, Any]) -> str:
    assert "data" not in answer
    return str(answer["errors"][0]["extensions"]["code"])


def test_a_document_sent_once_is_then_asked_for_by_its_hash_in_every_process(client: Client) -> None:
    missed = post(client, extensions=named())
    sent = post(client, query=TEXT, extensions=named())
    # As another process would: it has only the table.
    selectors.forget()
    asked = post(client, extensions=named())
    by_get = client.get("/graphql/", {"extensions": json.dumps(named())}).json()

    assert missed["errors"] == [
        {
            "message": "PersistedQueryNotFound",
            "extensions": {
                "code": "PERSISTED_QUERY_NOT_FOUND",
                "detail": "Nobody sent this document lately. Send it once with its text, under the same hash.",
            },
        }
    ]
    assert sent == asked == by_get == DATA


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"query": "{ nothing }", "extensions": named("{ nothing }")}, "VALIDATION_FAILED"),
        ({"query": "{", "extensions": named("{")}, "PARSE_FAILED"),
        ({"query": TEXT, "extensions": named(TEXT + " ")}, "PERSISTED_QUERY_MISMATCH"),
        ({"query": TEXT, "extensions": named(version=2)}, "PERSISTED_QUERY_NOT_SUPPORTED"),
        ({"query": TEXT, "extensions": named(version=True)}, "PERSISTED_QUERY_NOT_SUPPORTED"),
        ({"query": TEXT, "extensions": named(version=None)}, "PERSISTED_QUERY_NOT_SUPPORTED"),
        ({"query": TEXT, "extensions": named(sha256Hash="x" * 64)}, "BAD_REQUEST"),
        ({"query": TEXT, "extensions": named(sha256Hash=5)}, "BAD_REQUEST"),
        ({"query": TEXT, "extensions": {"persistedQuery": "1"}}, "BAD_REQUEST"),
        ({"query": TEXT, "operationName": "A", "extensions": named()}, "REQUEST_FAILED"),
    ],
)
def test_only_a_valid_document_whose_hash_fits_is_kept(client: Client, body: dict[str, Any], expected: str) -> None:
    assert code(post(client, **body)) == expected
    assert not PersistedDocument.objects.exists()


def test_a_hit_writes_nothing_and_asks_the_database_once_a_day(client: Client, assert_statements) -> None:
    post(client, query=TEXT, extensions=named())
    with assert_statements(0, of="civicnet_gateway_persisteddocument"):
        post(client, extensions=named())
    selectors.forget()
    with assert_statements(1, of="civicnet_gateway_persisteddocument"):
        post(client, extensions=named())


def test_the_day_of_use_is_noted_and_what_nobody_asks_for_is_forgotten(client: Client) -> None:
    post(client, query=TEXT, extensions=named())
    today = timezone.localdate()
    for days, expected in ((29, DATA), (31, None)):
        PersistedDocument.objects.update(used_on=today - timedelta(days=days))
        selectors.forget()
        answer = post(client, extensions=named())
        assert answer == DATA if expected else code(answer) == "PERSISTED_QUERY_NOT_FOUND"

    assert PersistedDocument.objects.get().used_on == today - timedelta(days=31)
    assert forget_unused(today=today) == 1


def send(client: Client, numbers: range, key: str | None = None) -> None:
    for number in numbers:
        text = f"query A{number} {{ __typename }}"
        assert post(client, key, query=text, extensions=named(text)) == {"data": {"__typename": "Query"}}


def test_callers_without_a_key_have_their_share_and_displace_nobody_else_s(client: Client, settings, city) -> None:
    settings.CIVICNET_GRAPHQL_PERSISTED = 16
    key = create_client(name="门户", organisation=city["222403"], scopes=[], actor=SYSTEM)[1]
    send(client, range(3), key)

    send(client, range(100, 110))

    kept = set(PersistedDocument.objects.values_list("text", flat=True))
    assert kept == {f"query A{number} {{ __typename }}" for number in (0, 1, 2, 106, 107, 108, 109)}


def test_no_caller_has_more_kept_in_a_minute_than_a_portal_s_whole_set(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(services, "PER_MINUTE", 3)

    send(client, range(5))

    assert PersistedDocument.objects.count() == 3


def test_a_text_too_long_to_keep_is_answered_all_the_same(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(services, "MOST_BYTES", len(TEXT) - 1)

    assert post(client, query=TEXT, extensions=named()) == DATA
    assert not PersistedDocument.objects.exists()


def test_it_can_be_switched_off(client: Client, settings) -> None:
    settings.CIVICNET_GRAPHQL_PERSISTED = 0

    assert code(post(client, extensions=named())) == "PERSISTED_QUERY_NOT_SUPPORTED"
