"""Filters and orders of a list, asked over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import Organisation
from civicnet.testing.asking import Ask
from civicnet_grid.models import Grid
from civicnet_hotline.models import Case, CaseState, Category, Source


@pytest.fixture
def ask(city: dict[str, Organisation], graphql: Ask) -> Callable[..., Any]:
    """Asks as a portal that may read grids and cases."""
    client, key = create_client(
        name="portal", organisation=city["222403"], scopes=["grid.read", "hotline.read"], actor=SYSTEM
    )
    category = Category.objects.create(code="roads", name="道路", group="HELP")
    for number, code in enumerate(["222403001001", "222403001001", "222403100200"]):
        Grid.objects.create(organisation=city[code], code=f"{code}{number:03}", name=f"第{number}网格")
    for number, state in enumerate([CaseState.ACCEPTED, CaseState.DISPATCHED, CaseState.ACCEPTED, CaseState.REPLIED]):
        moment = datetime(2026, 5, 1, 8, tzinfo=UTC) + timedelta(days=number)
        Case.objects.create(
            number=f"2026050{number}-1",
            category=category,
            source=Source.PORTAL,
            client=client,
            address="某处",
            state=state,
            reply="好" if state == CaseState.REPLIED else "",
            requested_at=moment,
            updated_at=moment - timedelta(hours=number * 48),
            due_at=moment,
        )

    def asked(query: str, **variables: Any) -> Any:
        return graphql(query, key=key, variables=variables)

    return asked


def codes(answer: dict[str, Any]) -> list[str]:
    """The last three digits of the grids that came."""
    assert "errors" not in answer, answer
    return [one["code"][-3:] for one in answer["data"]["grids"]["nodes"]]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('{code: {eq: "222403001001001"}}', ["001"]),
        ('{code: {in: ["222403100200002", "222403001001000", "no"]}}', ["000", "002"]),
        ("{code: {in: []}}", []),
        ('{code: {prefix: "222403001"}}', ["000", "001"]),
        ('{code: {prefix: ""}}', ["000", "001", "002"]),
        ('{code: {prefix: "2224030010010_"}}', []),
        ('{code: {prefix: "222403001", in: ["222403001001001", "222403100200002"]}}', ["001"]),
        ('{organisationCode: {eq: "222403100200"}}', ["002"]),
        ('{organisationCode: {prefix: "222403001"}, code: {prefix: "222403001001001"}}', ["001"]),
        ("{code: {eq: null}}", ["000", "001", "002"]),
        ("{code: null}", ["000", "001", "002"]),
        ("null", ["000", "001", "002"]),
        ("{}", ["000", "001", "002"]),
    ],
)
def test_all_that_is_given_must_hold(ask: Callable[..., Any], where: str, expected: list[str]) -> None:
    answer = ask(f"{{ grids(where: {where}) {{ nodes {{ code }} totalCount }} }}")

    assert codes(answer) == expected
    assert answer["data"]["grids"]["totalCount"] == len(expected)


def test_an_order_is_chosen_by_its_name(ask: Callable[..., Any]) -> None:
    assert codes(ask("{ grids { nodes { code } } }")) == ["000", "001", "002"]
    assert codes(ask("{ grids(orderBy: CODE_DESCENDING) { nodes { code } } }")) == ["002", "001", "000"]
    assert codes(ask("{ grids(orderBy: CODE_DESCENDING, last: 2) { nodes { code } } }")) == ["001", "000"]


def test_a_range_has_its_beginning_and_not_its_end(ask: Callable[..., Any]) -> None:
    query = """query ($from: DateTime, $before: DateTime, $states: [HotlineState!]) {
        hotlineCases(orderBy: RECENTLY_UPDATED, where: {
            requestedAt: {from: $from, before: $before}, state: {in: $states}
        }) { nodes { number } }
    }"""

    def days(**variables: Any) -> list[int]:
        answer = ask(query, **variables)
        assert "errors" not in answer, answer
        return [int(one["number"][7]) for one in answer["data"]["hotlineCases"]["nodes"]]

    assert days() == [0, 1, 2, 3]
    assert days(**{"from": "2026-05-02T08:00:00Z", "before": "2026-05-04T16:00:00+08:00"}) == [1, 2]
    assert days(states=["ACCEPTED", "REPLIED"]) == [0, 2, 3]
    assert days(states=["ACCEPTED"], before="2026-05-01T12:00:00Z") == [0]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('{ grids(where: {name: {eq: "x"}}) { totalCount } }', "VALIDATION_FAILED"),
        ('{ grids(where: {code: {contains: "x"}}) { totalCount } }', "VALIDATION_FAILED"),
        ("{ grids(where: {code: {eq: 5}}) { totalCount } }", "VALIDATION_FAILED"),
        ("{ grids(orderBy: NAME) { totalCount } }", "VALIDATION_FAILED"),
        ("{ grids(first: 1, last: 1) { totalCount } }", "PAGE_SIZE"),
        ("{ grids(last: 101) { totalCount } }", "PAGE_SIZE"),
        ('{ grids(before: "x") { totalCount } }', "INVALID_CURSOR"),
        ("{ assessmentForms(where: {year: {eq: 2000000000}}) { totalCount } }", "INVALID_INPUT"),
        ('{ hotlineCases(where: {updatedAt: {from: "0001-01-01T00:00:00+14:00"}}) { totalCount } }', "INVALID_INPUT"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_code(ask: Callable[..., Any], query: str, code: str) -> None:
    answer = ask(query)

    assert [one["extensions"]["code"] for one in answer["errors"]] == [code]


def test_at_most_a_hundred_values_are_looked_for_at_once(ask: Callable[..., Any]) -> None:
    query = "query ($codes: [String!]) { grids(where: {code: {in: $codes}}) { totalCount } }"

    assert "errors" not in ask(query, codes=[str(one) for one in range(100)])
    (error,) = ask(query, codes=[str(one) for one in range(101)])["errors"]
    assert error["extensions"] == {"code": "INVALID_INPUT", "field": "where"}


def test_a_page_reads_only_the_columns_that_are_asked_for(ask: Callable[..., Any]) -> None:
    with CaptureQueriesContext(connection) as captured:
        ask("{ grids { edges { node { name } } } }")

    (sql,) = [one["sql"] for one in captured if 'FROM "civicnet_grid_grid"' in one["sql"]]
    selected = sql.partition(" FROM ")[0]
    assert [name for name in ("id", "code", "name", "kind", "households") if f'"{name}"' in selected] == [
        "id",
        "code",
        "name",
    ]
