"""Trusted documents: registered when they fit, asked for by the hash of their text, ended with a reason."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import change_client, create_client
from civicnet.access.models import ApiClient
from civicnet.contract import ANONYMOUS, Conflict, InvalidInput, Refused
from civicnet.gateway.models import TrustedDocument
from civicnet.gateway.trusted import selectors
from civicnet.gateway.trusted.services import end_document, register_document
from civicnet.ledger.models import AuditRecord

pytestmark = pytest.mark.django_db

TEXT = "query Version { platform { version } }"
NAMED = "query Node($id: ID!) { node(id: $id) { id } } query Version { platform { version } }"
DATA = {"data": {"platform": {"version": "0.1.0"}}}


def id_of(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def register(text: str = TEXT, **values: Any) -> TrustedDocument:
    return register_document(text=text, name="平台版本", actor=SYSTEM, **values)


def post(client: Client, key: str | None = None, **body: object) -> Any:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return client.post("/graphql/", json.dumps(body), content_type="application/json", headers=headers).json()


def code(answer: dict[str, Any]) -> str:
    assert "data" not in answer
    return str(answer["errors"][0]["extensions"]["code"])


@pytest.fixture
def portal(city) -> tuple[ApiClient, str]:
    return create_client(name="门户", organisation=city["222403"], scopes=[], actor=SYSTEM)


def test_a_registered_document_is_asked_for_by_its_hash_with_post_and_get(client: Client) -> None:
    register(NAMED)
    asked = {"documentId": id_of(NAMED), "operationName": "Version"}

    assert post(client, **asked) == DATA
    assert client.get("/graphql/", asked).json() == DATA
    node = {"documentId": id_of(NAMED), "operationName": "Node", "variables": '{"id": "wrong"}'}
    assert client.get("/graphql/", node).json()["errors"][0]["extensions"]["code"] == "INVALID_ID"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"documentId": id_of("{ __typename }")}, "DOCUMENT_NOT_FOUND"),
        ({"documentId": "平台版本"}, "BAD_REQUEST"),
        ({"documentId": id_of(TEXT).removeprefix("sha256:")}, "BAD_REQUEST"),
        ({"documentId": ""}, "BAD_REQUEST"),
        ({"documentId": 5}, "BAD_REQUEST"),
        ({"documentId": id_of(TEXT), "query": TEXT}, "BAD_REQUEST"),
        ({"documentId": id_of(TEXT), "extensions": {"persistedQuery": {}}}, "BAD_REQUEST"),
    ],
)
def test_a_document_is_named_by_the_hash_of_its_text_and_nothing_else(
    client: Client, body: dict[str, Any], expected: str
) -> None:
    register()

    assert code(post(client, **body)) == expected


def test_a_client_s_own_document_is_unknown_to_everybody_else(client: Client, portal, city) -> None:
    owner, key = portal
    other = create_client(name="别的门户", organisation=city["222403"], scopes=[], actor=SYSTEM)[1]
    register(client=owner)

    assert post(client, key, documentId=id_of(TEXT)) == DATA
    assert code(post(client, other, documentId=id_of(TEXT))) == "DOCUMENT_NOT_FOUND"
    assert code(post(client, documentId=id_of(TEXT))) == "DOCUMENT_NOT_FOUND"


def test_where_only_registered_documents_are_answered_their_text_counts_and_not_the_way_it_comes(
    client: Client, portal, staff, settings
) -> None:
    settings.CIVICNET_GRAPHQL_TRUSTED_ONLY = True
    register()
    free = "{ platform { version } }"
    digest = id_of(free).removeprefix("sha256:")
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest}}

    for key in (None, portal[1]):
        assert post(client, key, query=TEXT) == DATA
        assert post(client, key, documentId=id_of(TEXT)) == DATA
        assert code(post(client, key, query=free)) == "DOCUMENT_NOT_TRUSTED"
        assert code(post(client, key, query=free, extensions=extensions)) == "DOCUMENT_NOT_TRUSTED"
    client.force_login(staff([], username="explorer"))
    assert post(client, query=free) == DATA


def test_a_client_may_be_bound_to_registered_documents_while_others_are_not(client: Client, portal, city) -> None:
    bound, key = portal
    free = "{ platform { version } }"
    digest = id_of(free).removeprefix("sha256:")
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
    register(client=bound)
    other = create_client(name="别的门户", organisation=city["222403"], scopes=[], actor=SYSTEM)[1]
    for asks in (key, other, None):
        # Kept and remembered from before: neither is a way round.
        assert post(client, asks, query=free, extensions=extensions).keys() == {"data"}

    rights = {
        name: getattr(bound, name) for name in ("name", "scopes", "sites", "networks", "hourly_cost", "expires_at")
    }
    change_client(client=bound, **rights, trusted_only=True, actor=SYSTEM, reason="门户已定版")

    assert code(post(client, key, query=free)) == "DOCUMENT_NOT_TRUSTED"
    assert code(post(client, key, extensions=extensions)) == "DOCUMENT_NOT_TRUSTED"
    assert code(post(client, key, query=free, extensions=extensions)) == "DOCUMENT_NOT_TRUSTED"
    assert post(client, key, query=TEXT) == post(client, key, documentId=id_of(TEXT)) == DATA
    assert post(client, other, query=free).keys() == post(client, query=free).keys() == {"data"}
    kept = AuditRecord.objects.get(action="access.change_client")
    assert (kept.before["trusted_only"], kept.after["trusted_only"]) == (False, True)


def test_registering_and_ending_are_audited_and_take_the_permission(client: Client, staff) -> None:
    made = register(reason="门户首页")
    with pytest.raises(Refused):
        register_document(text="{ __typename }", name="x", actor=ANONYMOUS)
    with pytest.raises(Conflict):
        register()
    with pytest.raises(InvalidInput):
        end_document(document=made, actor=SYSTEM, reason=" ")

    end_document(document=made, actor=SYSTEM, reason="门户改版")

    assert code(post(client, documentId=id_of(TEXT))) == "DOCUMENT_NOT_FOUND"
    with pytest.raises(Conflict):
        end_document(document=made, actor=SYSTEM, reason="again")
    kept = AuditRecord.objects.filter(action__startswith="gateway.").order_by("pk").values_list("action", "reason")
    assert list(kept) == [("gateway.register_document", "门户首页"), ("gateway.end_document", "门户改版")]
    # The very same text may come back, as a document of its own.
    assert register().pk != made.pk
    assert post(client, documentId=id_of(TEXT)) == DATA


@pytest.mark.parametrize(
    ("text", "field", "expected", "sentence"),
    [
        ("{\n  platfrm\n}", "text", "VALIDATION_FAILED", "Line 2, column 3: There is no field platfrm"),
        ("{", "text", "PARSE_FAILED", "Line 1, column 2: Syntax error"),
        ("{" + " __typename" * 101 + "}", "text", "TOO_LARGE", "At most 100 fields stand beside each other"),
        ("", "text", "PARSE_FAILED", "Line 1, column 1: Syntax error"),
    ],
)
def test_what_does_not_fit_the_schema_is_not_registered(text: str, field: str, expected: str, sentence: str) -> None:
    with translation.override("en"), pytest.raises(InvalidInput) as refused:
        register(text)

    assert (refused.value.field, refused.value.code) == (field, expected)
    assert str(refused.value).startswith(sentence)
    assert not TrustedDocument.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "长" * 101])
def test_a_document_needs_a_name(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        register_document(text=TEXT, name=name, actor=SYSTEM)

    assert refused.value.field == "name"


def test_a_registered_document_costs_no_statement_once_it_is_known_and_one_write_a_day(
    client: Client, settings, assert_statements
) -> None:
    settings.CIVICNET_GRAPHQL_DOCUMENT_SECONDS = 60
    made = register()
    TrustedDocument.objects.filter(pk=made.pk).update(used_on=timezone.localdate() - timedelta(days=1))
    post(client, documentId=id_of(TEXT))
    made.refresh_from_db()
    assert made.used_on == timezone.localdate()
    post(client, documentId=id_of(TEXT))

    try:
        with assert_statements(0, of="civicnet_gateway_"):
            assert post(client, documentId=id_of(TEXT)) == DATA
    finally:
        selectors.forget(made.digest)
