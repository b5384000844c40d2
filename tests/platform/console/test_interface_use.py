"""The screen of the use of the open interface: for whoever looks after API clients, and of their own clients only."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import ApiClient, Organisation, User
from civicnet.gateway.models import CallerDay, FieldUse, HourBudget, RefusedDay, SlowDocument
from civicnet.lifecycle.tally import write_all_tallies

VIEW = ["wagtailadmin.access_admin", "civicnet_access.view_apiclient"]
FIGURES = re.compile(r'<script id="cn-figures" type="application/json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def nothing_counted_yet(db: None) -> None:
    write_all_tallies()
    for model in (CallerDay, FieldUse, RefusedDay, SlowDocument, HourBudget):
        model.objects.all().delete()


@pytest.fixture
def clients(city: dict[str, Organisation]) -> tuple[ApiClient, ApiClient]:
    ours = create_client(name="演示门户", organisation=city["222403001"], scopes=[], hourly_cost=1_000, actor=SYSTEM)[0]
    return ours, create_client(name="别处的门户", organisation=city["222403"], scopes=[], actor=SYSTEM)[0]


@pytest.fixture
def signed_in(staff: Callable[..., User], client: Client) -> Client:
    client.force_login(staff(VIEW, "222403001"))
    return client


def called(client: str, days_ago: int = 0, **sums: int) -> None:
    CallerDay.objects.create(day=timezone.localdate() - timedelta(days=days_ago), client=client, **sums)


def page_of(browser: Client, path: str = "") -> str:
    browser.cookies["civicnet_language"] = "en"
    return browser.get(f"/admin/clients/use/{path}").content.decode()


def figures_of(page: str) -> dict[str, Any]:
    found = FIGURES.search(page)
    assert found
    figures: dict[str, Any] = json.loads(found[1])
    return figures


def test_callers_of_ones_own_organisations_are_shown_with_those_without_a_key(signed_in: Client, clients: Any) -> None:
    ours, theirs = clients
    called(str(ours.pk), requests=10, refused=1, kept=5, cost=700, ms=120)
    called(str(ours.pk), days_ago=29, requests=2, cost=300)
    called(str(ours.pk), days_ago=30, requests=90, cost=90)
    called(str(theirs.pk), requests=5, cost=9_999)
    called("", requests=3, cost=60)

    page = page_of(signed_in)

    figures = figures_of(page)
    first = figures["callers"][0]
    assert (first["name"], first["requests"][0], first["requests"][-1], first["cost"][-1]) == ("演示门户", 2, 10, 700)
    assert len(figures["callers"]) == 2
    assert len(figures["days"]) == 30
    assert "别处的门户" not in page


def test_budgets_of_this_hour_say_how_full_they_are(signed_in: Client, clients: Any) -> None:
    ours, theirs = clients
    hour = datetime.fromtimestamp(time.time() // 3600 * 3600, UTC)
    HourBudget.objects.create(key=f"client:{ours.pk}", hour=hour, leased=250)
    HourBudget.objects.create(key=f"client:{theirs.pk}", hour=hour, leased=250)
    HourBudget.objects.create(key=f"client:{ours.pk}", hour=hour - timedelta(hours=1), leased=1_000)

    assert figures_of(page_of(signed_in))["budgets"] == [{"name": "演示门户", "percent": 25}]


def test_refusals_by_code_and_slow_queries_are_shown_and_a_query_has_a_page(signed_in: Client, clients: Any) -> None:
    RefusedDay.objects.create(day=timezone.localdate(), client=str(clients[0].pk), code="TOO_LARGE", times=7)
    RefusedDay.objects.create(day=timezone.localdate(), client=str(clients[1].pk), code="PARSE_FAILED", times=7)
    told = {"digest": "ab" * 32, "operation": "News", "text": '{ grid(code: "?") { name } }', "times": 2}
    slow = SlowDocument.objects.create(**told, total_ms=1_500, worst_ms=900, last_client="别处的门户")

    page, detail = page_of(signed_in), page_of(signed_in, f"slow/{slow.pk}/")

    assert figures_of(page)["refused"] == [{"name": "TOO_LARGE", "times": 7}]
    assert f'href="/admin/clients/use/slow/{slow.pk}/"' in page
    assert "{ grid(code: &quot;?&quot;) { name } }" in detail
    assert "750 ms" in detail
    # Who asked is told of one's own clients only.
    assert "别处的门户" not in detail


def fields_of(page: str) -> list[tuple[str, ...]]:
    part = page.split('id="fields"')[1].split("<h2>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", part.split("<tbody>")[1], re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [tuple(re.sub(r"<[^>]+>", "", cell).strip() for cell in row) for row in cells]


def test_who_still_uses_which_field_is_told_of_ones_own_clients_and_by_plugin(signed_in: Client, clients: Any) -> None:
    ours, theirs = (str(one.pk) for one in clients)
    today = timezone.localdate()
    for plugin, field, client, days_ago, calls in (
        ("grid", "Query.grids", ours, 0, 1_200),
        ("grid", "Query.grids", ours, 3, 34),
        ("grid", "Query.grids", ours, 30, 5),
        ("grid", "Query.grids", theirs, 0, 7),
        ("grid", "Grid.code", "staff", 2, 2),
        ("hotline", "Query.hotlineCases", "", 1, 9),
    ):
        day = today - timedelta(days=days_ago)
        FieldUse.objects.create(day=day, client=client, plugin=plugin, field=field, calls=calls)

    everything, some = page_of(signed_in), page_of(signed_in, "?plugin=grid")

    grids = ("Query.grids", "演示门户", "1,234", today.isoformat())
    staff_use = ("Grid.code", "people who are signed in", "2", (today - timedelta(days=2)).isoformat())
    cases = ("Query.hotlineCases", "callers without a key", "9", (today - timedelta(days=1)).isoformat())
    assert fields_of(everything) == [grids, cases, staff_use]
    assert fields_of(some) == [grids, staff_use]
    assert '<option value="grid" selected>' in some
    # A plugin that nobody knows of chooses nothing.
    assert fields_of(page_of(signed_in, "?plugin=no")) == fields_of(everything)


def test_with_nothing_counted_every_part_says_what_to_do(signed_in: Client) -> None:
    assert page_of(signed_in).count('class="cn-empty"') == 6


def test_the_sums_come_as_a_file_in_which_no_name_is_a_formula(signed_in: Client, clients: Any) -> None:
    ApiClient.objects.filter(pk=clients[0].pk).update(name="=1+1")
    called(str(clients[0].pk), requests=4, cost=9)

    assert page_of(signed_in, "file/").splitlines()[1] == f"{timezone.localdate()},'=1+1,4,9"


def test_without_the_permission_there_is_no_such_screen(staff: Callable[..., User], client: Client) -> None:
    client.force_login(staff(VIEW[:1], "222403001"))
    slow = SlowDocument.objects.create(digest="x")

    for path in ("", "file/", f"slow/{slow.pk}/"):
        assert client.get(f"/admin/clients/use/{path}").status_code == 302
