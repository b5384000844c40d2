"""Traffic in sums per client and day, and slow documents without any value that somebody wrote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from graphql import parse

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.contract import ANONYMOUS
from civicnet.gateway import traffic
from civicnet.gateway.models import CallerDay, RefusedDay, SlowDocument
from civicnet.gateway.traffic import count_answer, forget_traffic, note_if_slow, without_values
from civicnet.lifecycle.schedules import schedules
from civicnet.lifecycle.tally import write_all_tallies

Ask = Callable[..., dict[str, Any]]
ASKED = '{ grid(code: "370103") { name } }'


@pytest.fixture(autouse=True)
def nothing_counted_yet(db: None) -> None:
    write_all_tallies()
    for model in (CallerDay, RefusedDay, SlowDocument):
        model.objects.all().delete()


@pytest.fixture
def portal(city: Any) -> tuple[Any, str]:
    return create_client(name="门户", organisation=city["222403"], scopes=["grid.read"], actor=SYSTEM)


def test_requests_cost_and_refusals_are_summed_for_each_client_and_day(
    portal: Any, graphql: Ask, client: Client
) -> None:
    api_client, key = portal
    for query in (ASKED, ASKED, "{ nonsense }", "{"):
        graphql(query, key=key)
    client.post("/graphql/", {"query": ASKED}, content_type="application/json", headers={"authorization": "Bearer x"})
    count_answer(ANONYMOUS, cost=1, ms=0.2, kept=True)
    write_all_tallies()

    who = (timezone.localdate(), str(api_client.pk), "门户")
    sums = CallerDay.objects.order_by("-client").values_list(
        "day", "client", "client_label", "requests", "refused", "kept", "cost"
    )
    assert list(sums) == [(*who, 2, 2, 0, 2 * 51), (who[0], "", "", 1, 1, 1, 1)]
    codes = RefusedDay.objects.order_by("code").values_list("client", "code", "times")
    assert list(codes) == [("", "KEY_REFUSED", 1), (who[1], "PARSE_FAILED", 1), (who[1], "VALIDATION_FAILED", 1)]


def test_counting_a_request_writes_nothing(graphql: Ask, settings: Any) -> None:
    settings.CIVICNET_GRAPHQL_SLOW_MS = 1
    graphql(ASKED)

    with CaptureQueriesContext(connection) as statements:
        graphql(ASKED)
        graphql("{ nonsense }")

    assert not [one["sql"] for one in statements if one["sql"].startswith(("INSERT", "UPDATE"))]


def test_a_slow_document_is_kept_once_with_its_times_and_without_its_values(
    portal: Any, graphql: Ask, settings: Any
) -> None:
    settings.CIVICNET_GRAPHQL_SLOW_MS = 1
    tree = parse('query Who { grid(code: "李四 13900000000") { name } }')
    note_if_slow(ANONYMOUS, tree, "Who", ms=0.4, statements=1)
    note_if_slow(ANONYMOUS, tree, "Who", ms=40.2, statements=3)
    write_all_tallies()
    note_if_slow(ANONYMOUS, parse('query Who { grid(code: "2") { name } }'), "Who", ms=70.4, statements=3)
    write_all_tallies()

    kept = SlowDocument.objects.get()
    assert (kept.operation, kept.times, kept.worst_ms, kept.total_ms, kept.statements) == ("Who", 2, 70, 110, 6)
    assert kept.text == 'query Who {\n  grid(code: "?") {\n    name\n  }\n}'


def test_texts_and_numbers_leave_the_document_and_page_sizes_stay() -> None:
    text = 'query Q($a: [Int] = [7]) { a(first: 20, id: 13900000000, near: [1.5, 2], who: {name: """李四"""}, is: UP) }'

    assert without_values(parse(text)) == (
        'query Q($a: [Int] = [0]) {\n  a(first: 20, id: 0, near: [0.0, 0], who: {name: "?"}, is: UP)\n}'
    )


def test_only_the_latest_slow_documents_are_kept(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "MOST_SLOW", 2)
    for number, name in enumerate("abc"):
        SlowDocument.objects.update(last_at=timezone.now() - timedelta(minutes=number + 1))
        note_if_slow(ANONYMOUS, parse(f"query {name} {{ a }}"), name, ms=900, statements=0)
        write_all_tallies()
        SlowDocument.objects.filter(operation="a").update(last_at=timezone.now() - timedelta(hours=1))

    assert set(SlowDocument.objects.values_list("operation", flat=True)) == {"b", "c"}


def test_slow_documents_leave_after_30_days_and_sums_after_400() -> None:
    now = timezone.now()
    for days in (29, 31):
        SlowDocument.objects.create(digest=str(days), last_at=now - timedelta(days=days))
    for days in (400, 401):
        CallerDay.objects.create(day=timezone.localdate() - timedelta(days=days))

    forget_traffic()

    assert SlowDocument.objects.get().digest == "29"
    assert CallerDay.objects.get().day == timezone.localdate() - timedelta(days=400)
    assert schedules()["gateway.forget_traffic"][0].run is forget_traffic
