"""Who calls what: counted per field and client, with no statement per request, and told before a switch moves."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import change_client, create_client
from civicnet.access.models import ApiClient
from civicnet.gateway import brought
from civicnet.gateway.models import FieldUse
from civicnet.gateway.usage import Caller, callers, fields_used, forget_uses
from civicnet.lifecycle.consequences import consequences
from civicnet.lifecycle.schedules import schedules
from civicnet.lifecycle.tally import write_all_tallies

Ask = Callable[..., dict[str, Any]]
GRIDS = "{ grids { totalCount nodes { code } } platform { version } }"


@pytest.fixture(autouse=True)
def nothing_counted_yet(db: None) -> None:
    write_all_tallies()
    FieldUse.objects.all().delete()


@pytest.fixture
def portal(city: Any) -> tuple[ApiClient, str]:
    return create_client(name="门户", organisation=city["222403"], scopes=["grid.read"], actor=SYSTEM)


def rows() -> list[tuple[Any, ...]]:
    write_all_tallies()
    return list(FieldUse.objects.order_by("client", "field").values_list("client", "client_label", "field", "calls"))


def test_a_call_counts_each_field_of_a_plugin_for_its_client(portal: Any, graphql: Ask) -> None:
    client, key = portal
    for _time in range(3):
        graphql(GRIDS, key=key)

    assert rows() == [
        (str(client.pk), "门户", "Grid.code", 3),
        (str(client.pk), "门户", "GridConnection.nodes", 3),
        (str(client.pk), "门户", "GridConnection.totalCount", 3),
        (str(client.pk), "门户", "Query.grids", 3),
    ]
    assert set(FieldUse.objects.values_list("day", "plugin")) == {(timezone.localdate(), "grid")}


def test_counts_of_later_calls_are_added_to_those_written(graphql: Ask) -> None:
    graphql("{ grid(code: 1) { __typename } }")
    graphql('{ grid(code: "1") { __typename } }')
    write_all_tallies()
    graphql('{ again: grid(code: "2") { __typename } other: grid(code: "3") { id } }')

    # A query that is refused called nothing, and two names for one field are one call.
    assert rows() == [("", "", "Grid.id", 1), ("", "", "Query.grid", 2)]


def test_fragments_interfaces_and_mutations_count_and_only_of_the_operation_that_ran(client: Client) -> None:
    query = """
        query A { node(id: "R3JpZDox") { id ...G } }
        query B { hotlineCategories { nodes { ...C } } }
        mutation C { hotlineWithdrawCase(number: "1") { errors { code } } }
        fragment G on Grid { name ... on Node { id } ... { kind } }
        fragment C on HotlineCategory { code }
    """
    body = {"query": query, "operationName": "A"}
    client.post("/graphql/", json.dumps(body), content_type="application/json")
    assert [field for *_who, field, _calls in rows()] == ["Grid.kind", "Grid.name"]

    FieldUse.objects.all().delete()
    client.post("/graphql/", json.dumps(body | {"operationName": "C"}), content_type="application/json")
    assert [field for *_who, field, _calls in rows()] == [
        "HotlineError.code",
        "HotlineWithdrawCasePayload.errors",
        "Mutation.hotlineWithdrawCase",
    ]


def test_people_are_one_caller_and_never_named(staff: Any) -> None:
    for name in ("first", "second"):
        browser = Client()
        browser.force_login(staff([], username=name))
        browser.get("/graphql/", {"query": "{ grids { totalCount } }"})

    assert {row[:2] for row in rows()} == {("staff", "")}
    with translation.override("en"):
        assert callers("grid") == [
            Caller(
                "staff",
                "people who are signed in",
                ("GridConnection.totalCount", "Query.grids"),
                2,
                timezone.localdate(),
            )
        ]


def test_a_call_writes_nothing(graphql: Ask) -> None:
    with CaptureQueriesContext(connection) as statements:
        graphql(GRIDS)

    assert not [one["sql"] for one in statements if "fielduse" in one["sql"].lower()]
    assert FieldUse.objects.count() == 0


def test_callers_are_told_with_what_they_called_how_often_and_when_last(portal: Any, graphql: Ask) -> None:
    client, key = portal
    today = timezone.localdate()
    graphql(GRIDS, key=key)
    graphql('{ grid(code: "1") { code } }', key=key)
    graphql("{ grids { totalCount } }")
    for days, calls in ((29, 5), (30, 7)):
        day = today - timedelta(days=days)
        FieldUse.objects.create(day=day, client="", client_label="", plugin="grid", field="Query.grids", calls=calls)

    with translation.override("en"):
        found = callers("grid")
        by_field = fields_used("grid")

    assert found == [
        Caller("", "callers without a key", ("GridConnection.totalCount", "Query.grids"), 6, today),
        Caller(
            str(client.pk),
            "门户",
            ("Grid.code", "GridConnection.nodes", "GridConnection.totalCount", "Query.grid", "Query.grids"),
            2,
            today,
        ),
    ]
    assert [(one.client, one.calls) for one in by_field["Query.grids"]] == [("", 6), (str(client.pk), 1)]
    assert callers("hotline") == []
    assert callers("grid", days=365)[0].calls == 13


def test_a_client_that_was_renamed_goes_by_its_newest_name(portal: Any, graphql: Ask, actor: Any) -> None:
    client, key = portal
    graphql(GRIDS, key=key)
    write_all_tallies()
    FieldUse.objects.update(day=timezone.localdate() - timedelta(days=1))
    fields = {name: getattr(client, name) for name in ("scopes", "sites", "networks", "hourly_cost", "expires_at")}
    change_client(client=client, name="新门户", actor=SYSTEM, reason="改名", **fields)
    graphql(GRIDS, key=key)

    assert [(one.label, one.calls) for one in callers("grid")] == [("新门户", 2)]


def test_whoever_moves_a_switch_is_told_who_called(portal: Any, graphql: Ask, django_assert_num_queries: Any) -> None:
    _client, key = portal
    graphql(GRIDS, key=key)
    write_all_tallies()

    with translation.override("en"):
        with django_assert_num_queries(1):
            list(brought.consequences("grid", None))
        found = {one.kind: one for one in consequences("grid")}

    assert found["graphql"].items == ("grid", "grids")
    assert (found["graphql"].count, found["graphql"].serious) == (2, False)
    assert found["callers"].items == ("门户: 1 call, last today",)
    assert (found["callers"].count, found["callers"].serious) == (1, True)


def test_without_callers_there_is_no_such_consequence() -> None:
    assert "callers" not in {one.kind for one in consequences("grid")}


def test_counts_are_kept_for_400_days() -> None:
    for day in (date(2025, 1, 1), date(2025, 1, 2)):
        FieldUse.objects.create(day=day, plugin="grid", field="Query.grids", calls=1)

    assert schedules()["gateway.forget_uses"][0].run is forget_uses
    assert forget_uses(today=date(2026, 2, 6)) == 1
    assert FieldUse.objects.get().day == date(2025, 1, 2)
