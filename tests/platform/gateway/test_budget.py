"""Budgets of an hour: shared by all processes, charged by cost, with no statement per request."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import change_client, create_client
from civicnet.access.models import ApiClient
from civicnet.contract import ANONYMOUS
from civicnet.gateway.budget import addresses, leases
from civicnet.gateway.budget.charging import BudgetSpent, charge, client_key
from civicnet.gateway.budget.leases import HOUR, spend
from civicnet.gateway.models import HourBudget

Ask = Callable[..., dict[str, Any]]
# One root field and nothing below it that costs: 50 for platform, 1 for its version, nothing for rateLimit but its fields.
ASKED = "{ platform { version } rateLimit { limit cost remaining used resetAt } }"
COST = 50 + 1 + 5


@pytest.fixture(autouse=True)
def nothing_leased_yet() -> Iterator[None]:
    leases.forget_leases()
    addresses.forget_addresses()
    yield
    leases.forget_leases()
    addresses.forget_addresses()


@pytest.fixture
def hour(monkeypatch: pytest.MonkeyPatch) -> int:
    """An hour that does not end while the test runs."""
    now = time.time() // HOUR * HOUR + 600
    monkeypatch.setattr(time, "time", lambda: now)
    return int(now // HOUR)


@pytest.fixture
def portal(city: Any) -> tuple[ApiClient, str]:
    return create_client(
        name="门户", organisation=city["222403"], scopes=["grid.read"], hourly_cost=10_000, actor=SYSTEM
    )


def leased(key: str) -> int:
    return sum(HourBudget.objects.filter(key=key).values_list("leased", flat=True))


@pytest.mark.django_db
def test_a_client_pays_by_cost_and_sees_what_is_left(portal: Any, graphql: Ask, hour: int) -> None:
    client, key = portal
    first = graphql(ASKED, key=key)["data"]["rateLimit"]
    second = graphql(ASKED, key=key)["data"]["rateLimit"]

    assert first == {
        "limit": 10_000,
        "cost": COST,
        "remaining": 10_000 - COST,
        "used": COST,
        "resetAt": datetime.fromtimestamp((hour + 1) * HOUR, UTC).isoformat(),
    }
    assert (second["used"], second["remaining"]) == (2 * COST, 10_000 - 2 * COST)
    # A hundredth at a time, and the second request did not fit into the rest of the first lease.
    assert leased(client_key(client.pk)) == 200


@pytest.mark.django_db
def test_while_the_lease_lasts_no_statement_is_made(portal: Any, client: Client, hour: int) -> None:
    ApiClient.objects.update(hourly_cost=1_000_000)
    ask = {"query": ASKED}
    headers = {"authorization": f"Bearer {portal[1]}"}
    client.post("/graphql/", ask, content_type="application/json", headers=headers)

    with CaptureQueriesContext(connection) as statements:
        client.post("/graphql/", ask, content_type="application/json", headers=headers)

    assert not [one["sql"] for one in statements if "hourbudget" in one["sql"].lower()]


@pytest.mark.django_db
def test_over_budget_nothing_runs_and_the_answer_says_when_to_come_again(
    portal: Any, client: Client, hour: int
) -> None:
    _client, key = portal
    ApiClient.objects.update(hourly_cost=100)
    ask = {"query": "{ grids { nodes { id } } platform { version } }"}
    headers = {"authorization": f"Bearer {key}"}

    with CaptureQueriesContext(connection) as statements:
        refused = client.post("/graphql/", ask, content_type="application/json", headers=headers)
    small = client.post("/graphql/", {"query": ASKED}, content_type="application/json", headers=headers)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3000")
    assert refused.json()["errors"][0]["extensions"]["code"] == "BUDGET_SPENT"
    assert "data" not in refused.json()
    assert not [one for one in statements if "civicnet_grid" in one["sql"]]
    # What was too dear took nothing away.
    assert small.json()["data"]["rateLimit"]["remaining"] == 100 - COST


@pytest.mark.django_db
def test_a_raised_budget_holds_from_the_next_call_on(portal: Any, graphql: Ask, hour: int) -> None:
    client, key = portal
    fields = {name: getattr(client, name) for name in ("name", "scopes", "sites", "networks", "expires_at")}
    change_client(client=client, **fields, hourly_cost=60, actor=SYSTEM, reason="试用")
    assert "errors" not in graphql(ASKED, key=key)
    assert graphql(ASKED, key=key)["errors"][0]["extensions"]["code"] == "BUDGET_SPENT"

    change_client(client=client, **fields, hourly_cost=1_000, actor=SYSTEM, reason="正式使用")

    assert graphql(ASKED, key=key)["data"]["rateLimit"]["limit"] == 1_000


@pytest.mark.django_db
def test_without_a_key_an_address_and_all_together_have_budgets(client: Client, settings: Any, hour: int) -> None:
    settings.CIVICNET_GRAPHQL_ADDRESS_HOURLY_COST = 2 * COST
    settings.CIVICNET_GRAPHQL_ANONYMOUS_HOURLY_COST = 3 * COST

    def from_address(address: str) -> Any:
        return client.post("/graphql/", {"query": ASKED}, content_type="application/json", REMOTE_ADDR=address)

    ours = [from_address("192.0.2.1").status_code for _time in range(3)]
    theirs = [from_address("192.0.2.2").status_code for _time in range(2)]

    assert (ours, theirs) == ([200, 200, 429], [200, 429])
    assert [(row.key, row.leased) for row in HourBudget.objects.all()] == [("anonymous", 3 * COST)]


@pytest.mark.django_db
def test_neighbours_of_one_ipv6_line_share_and_a_kept_answer_is_charged_before_there_is_a_request(
    settings: Any, hour: int
) -> None:
    settings.CIVICNET_GRAPHQL_ADDRESS_HOURLY_COST = 2
    charge({"REMOTE_ADDR": "2001:db8::1"}, ANONYMOUS, 1)
    assert charge({"REMOTE_ADDR": "2001:db8::2"}, ANONYMOUS, 1).remaining == 0  # type: ignore[union-attr]

    with pytest.raises(BudgetSpent):
        charge({"REMOTE_ADDR": "2001:db8::3"}, ANONYMOUS, 1)
    assert charge({"REMOTE_ADDR": "2001:db8:0:1::1"}, ANONYMOUS, 1) is not None


@pytest.mark.django_db
def test_people_who_are_signed_in_are_not_charged(staff: Any, settings: Any) -> None:
    settings.CIVICNET_GRAPHQL_ANONYMOUS_HOURLY_COST = 1
    browser = Client()
    browser.force_login(staff([]))

    answer = browser.get("/graphql/", {"query": "{ rateLimit { limit } platform { version } }"}).json()

    assert answer["data"]["rateLimit"] is None
    assert answer["data"]["platform"]["version"]


@pytest.mark.django_db
def test_a_lease_lapses_with_the_hour(monkeypatch: pytest.MonkeyPatch, hour: int) -> None:
    assert spend("client:1", 5, 1_000).used == 5  # type: ignore[union-attr]
    monkeypatch.setattr(time, "time", lambda: (hour + 1) * HOUR + 1)

    spent = spend("client:1", 3, 1_000)

    assert spent and (spent.used, spent.resets_at) == (3, (hour + 2) * HOUR)
    assert list(HourBudget.objects.order_by("hour").values_list("leased", flat=True)) == [10, 10]


@pytest.mark.django_db
def test_a_refusal_over_budget_asks_the_database_once_in_ten_seconds(hour: int) -> None:
    assert spend("client:1", 100, 100).within  # type: ignore[union-attr]
    assert not spend("client:1", 1, 100).within  # type: ignore[union-attr]

    with CaptureQueriesContext(connection) as statements:
        assert not spend("client:1", 1, 100).within  # type: ignore[union-attr]

    assert len(statements) == 0


@pytest.mark.django_db
def test_charging_within_a_lease_takes_microseconds(hour: int) -> None:
    spend("client:1", 1, 100_000_000)

    began = time.perf_counter()
    for _time in range(1_000):
        spend("client:1", 1, 100_000_000)

    assert (time.perf_counter() - began) / 1_000 < 50e-6


SPENDER = """
import threading, django
django.setup()
from civicnet.gateway.budget.leases import spend
print("ready", flush=True)
input()
taken = []
def work():
    while spend("client:1", 7, 20_000).within:
        taken.append(7)
threads = [threading.Thread(target=work) for _one in range(2)]
for one in threads: one.start()
for one in threads: one.join()
print(sum(taken))
"""


@pytest.mark.django_db
def test_processes_with_threads_that_spend_at_once_never_pass_the_budget(copied_database: str) -> None:
    env = os.environ | {"DATABASE_URL": copied_database, "DJANGO_SETTINGS_MODULE": "civicnet_site.settings.test"}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen([sys.executable, "-c", SPENDER], env=env, **pipes) for _process in range(2)]
    for one in running:
        assert one.stdout
        one.stdout.readline()
    for one in running:
        assert one.stdin
        print(file=one.stdin, flush=True)
    taken = [int(one.communicate(timeout=60)[0]) for one in running]

    assert all(taken)
    # Neither more than there is, nor less than it but for what stuck in two leases.
    assert 20_000 - 2 * 200 <= sum(taken) <= 20_000


def test_budgets_of_yesterday_are_forgotten(db: None) -> None:
    from civicnet.gateway.traffic import forget_traffic

    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for hours in (1, 50):
        HourBudget.objects.create(key="client:1", hour=now - timedelta(hours=hours), leased=1)

    forget_traffic()

    assert HourBudget.objects.get().hour == now - timedelta(hours=1)
