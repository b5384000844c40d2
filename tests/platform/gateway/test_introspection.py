"""Introspection: public, for known callers, or by permission; what names the schema obeys at every door."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from graphql import get_introspection_query

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client

pytestmark = pytest.mark.django_db

BY_FRAGMENT = 'query A { ...B } fragment B on Query { ... on Query { x: __type(name: "Query") { name } } }'


@pytest.fixture
def keys(city) -> dict[str, str | None]:
    """Callers by how much they may."""

    def key(name: str, code: str, *scopes: str) -> str:
        return create_client(name=name, organisation=city[code], scopes=scopes, actor=SYSTEM)[1]

    return {
        "anybody": None,
        "client": key("门户", "222403001"),
        "scoped": key("生成器", "222403001", "platform.introspection"),
    }


def ask(client: Client, query: str, key: str | None) -> Any:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return client.post("/graphql/", json.dumps({"query": query}), content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("setting", "may"),
    [
        ("public", {"anybody", "client", "scoped"}),
        ("clients", {"client", "scoped"}),
        ("scope", {"scoped"}),
        ("nonsense", {"scoped"}),
    ],
)
def test_only_who_may_looks_through_the_schema(client: Client, settings, keys, setting: str, may: set[str]) -> None:
    settings.CIVICNET_GRAPHQL_INTROSPECTION = setting
    for caller, key in keys.items():
        headers = {"authorization": f"Bearer {key}"} if key else {}
        doors = [ask(client, get_introspection_query(), key), ask(client, BY_FRAGMENT, key)]
        doors.append(client.get("/graphql/schema.graphql", headers=headers))

        assert [one.status_code for one in doors] == ([200] * 3 if caller in may else [403] * 3)
        if caller not in may:
            assert {one.json()["errors"][0]["extensions"]["code"] for one in doors} == {"INTROSPECTION_REFUSED"}
        # What it asks for by name is answered all the same.
        assert ask(client, "{ __typename platform { __typename } }", key).json() == {
            "data": {"__typename": "Query", "platform": {"__typename": "Platform"}}
        }


def test_a_person_looks_through_it_by_permission(client: Client, settings, staff) -> None:
    settings.CIVICNET_GRAPHQL_INTROSPECTION = "scope"
    client.force_login(staff([], username="nobody"))
    assert ask(client, BY_FRAGMENT, None).status_code == 403
    client.force_login(staff(["civicnet_gateway.introspect"], username="somebody"))
    assert ask(client, BY_FRAGMENT, None).status_code == 200


def test_no_error_suggests_names_to_those_who_may_not_look(client: Client, settings, keys) -> None:
    def detail() -> str:
        return str(ask(client, "{ platfrm }", keys["client"]).json()["errors"][0]["extensions"]["detail"])

    assert detail() == "Cannot query field 'platfrm' on type 'Query'. Did you mean 'platform'?"
    settings.CIVICNET_GRAPHQL_INTROSPECTION = "scope"
    assert detail() == "Cannot query field 'platfrm' on type 'Query'."


def test_no_wrong_variable_is_told_the_right_names_either(client: Client, settings) -> None:
    query = "query Q($where: HotlineCategoryWhere) { hotlineCategories(where: $where) { nodes { id } } }"

    def detail() -> str:
        sent = {"query": query, "variables": {"where": {"cod": {}}}}
        answer = client.post("/graphql/", sent, content_type="application/json").json()
        return str(answer["errors"][0]["extensions"]["detail"])

    assert detail().endswith("; Field 'cod' is not defined by type 'HotlineCategoryWhere'. Did you mean 'code'?")
    settings.CIVICNET_GRAPHQL_INTROSPECTION = "scope"
    assert detail().endswith("; Field 'cod' is not defined by type 'HotlineCategoryWhere'.")


def test_the_text_of_the_schema_is_not_shown_for_its_tag_either(client: Client, settings) -> None:
    tag = client.get("/graphql/schema.graphql")["ETag"]
    settings.CIVICNET_GRAPHQL_INTROSPECTION = "scope"

    assert client.get("/graphql/schema.graphql", headers={"if-none-match": tag}).status_code == 403


def test_the_cost_map_names_no_field_either(client: Client, settings, keys) -> None:
    def told(key: str | None = None) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        return client.get("/graphql/costs.json", headers=headers).json()

    whole = told()
    settings.CIVICNET_GRAPHQL_INTROSPECTION = "clients"

    assert whole["fields"] and told(keys["client"]) == whole
    assert told() == {"limits": whole["limits"], "usual": whole["usual"]}
