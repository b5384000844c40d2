"""Errors of documents in the reader's language: what is wrong and what to do, with the library's own words as detail."""

from __future__ import annotations

import json

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

NODE = "query A($id: ID!) { node(id: $id) { id } }"
SAID = {
    "{\n  platform {": "Syntax error near line 2, column 13. Compare what stands there with the GraphQL language.",
    "{ nothing }": "There is no field nothing: the type Query does not have it here.",
    "{ __typename ...A } fragment A on Nothing { id }": "There is no type Nothing in this schema.",
    "{ platform(a: 1) { version } }": "Query.platform takes no argument a. Leave it out, or look up its name.",
    "{ __typename @nothing }": "There is no directive @nothing. @skip and @include are known.",
    "{ ...A }": "The fragment A is used, but nowhere defined. Add it.",
    "{ __typename } fragment A on Query { __typename }": "The fragment A is never used. Take it out.",
    "query A($a: Int) { __typename }": "The variable $a is declared, but never used. Take it out.",
    "query A { node(id: $id) { id } }": (
        "The variable $id is used, but not declared. Declare it behind the operation's name."
    ),
    "query A($id: Int!) { node(id: $id) { id } }": (
        "The variable $id is declared as Int!, and ID! is needed here. Change its declaration."
    ),
    "{ node { id } }": "node needs the argument id of type ID!. Add it.",
    "{ __typename { a } }": "__typename is a plain value of type String!: take the braces behind it out.",
    "{ platform }": "platform is an object of type Platform!: say in braces behind it which of its fields you want.",
    "{ a: __typename a: platform { version } }": (
        "a is asked for twice in different ways. Give one of the two an alias."
    ),
    "{ node(id: {}) { id } }": "A value of type ID is needed here, and {} is none.",
    "{ __typename } query A { __typename }": (
        "An operation without a name stands alone. Name all operations of the document."
    ),
    "subscription { platform { version } }": "There are no subscriptions here. Have a webhook told of what happens.",
    "query A { __typename } query B { __typename }": (
        "The document does not hold exactly one operation: say which by “operationName”."
    ),
}


def errors(client: Client, query: str, language: str = "en", **more: object) -> list[dict]:
    body = json.dumps({"query": query, **more})
    answer = client.post("/graphql/", body, content_type="application/json", headers={"accept-language": language})
    return answer.json()["errors"]


@pytest.mark.parametrize("query", SAID)
def test_an_error_says_what_is_wrong_and_what_to_do(client: Client, query: str) -> None:
    assert errors(client, query)[0]["message"] == SAID[query]


def test_the_library_s_own_words_stay_as_detail_with_the_place(client: Client) -> None:
    (error,) = errors(client, "{ platfrm }")

    assert error == {
        "message": "There is no field platfrm: the type Query does not have it here.",
        "locations": [{"line": 1, "column": 3}],
        "extensions": {
            "code": "VALIDATION_FAILED",
            "detail": "Cannot query field 'platfrm' on type 'Query'. Did you mean 'platform'?",
        },
    }


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, "The variable $id is missing. Send it: its type is ID!."),
        ({"id": None}, "The variable $id must not be null: its type is ID!."),
        ({"id": [1]}, "The variable $id holds a value that its type does not take. “detail” says which."),
    ],
)
def test_a_wrong_variable_is_named(client: Client, variables: dict, sentence: str) -> None:
    (error,) = errors(client, NODE, variables=variables)

    assert (error["message"], error["extensions"]["code"]) == (sentence, "REQUEST_FAILED")


def test_an_operation_that_is_not_there_is_named(client: Client) -> None:
    (error,) = errors(client, NODE, operationName="B")

    assert error == {
        "message": "The document has no operation named “B”.",
        "extensions": {"code": "REQUEST_FAILED"},
    }
