"""The export screens: the whole way of both people, as browsers see it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from stdnum.cn import ric

from civicnet.access.actors import SYSTEM
from civicnet.exchange.models import DisclosureRequest
from civicnet_grid.roster import RosterRow
from civicnet_grid.services import apply_roster

ADMIN = "wagtailadmin.access_admin"
ASKS = [
    ADMIN,
    "civicnet_exchange.add_disclosurerequest",
    "civicnet_grid.view_worker",
    "civicnet_grid.view_post",
    "civicnet_grid.reveal_phone",
    "civicnet_grid.reveal_id_number",
]
ID_NUMBER = "99999919900101002" + ric.calc_check_digit("999999199001010020")
PHONE = "14000000001"
WHY = "核对本月名册"


@pytest.fixture
def worker(city):
    rows = [
        RosterRow(
            row=1,
            organisation_code="222403001001",
            grid_code="222403001001001",
            level=1,
            duty=None,
            name="演示甲",
            sex="F",
            id_number=ID_NUMBER,
            phone=PHONE,
            political_status="群众",
            since=date(2023, 6, 30),
        )
    ]
    apply_roster(rows=rows, actor=SYSTEM)


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def clerk(staff, worker) -> Client:
    return browser(staff(ASKS, username="clerk"))


@pytest.fixture
def officer(staff) -> Client:
    return browser(staff([ADMIN, "civicnet_exchange.approve_disclosure"], username="officer"))


@pytest.fixture
def ask(clerk, city):
    def send(**changes):
        data = {"resource": "grid.roster", "organisation": city["222403"].pk, "format": "csv", "reason": WHY}
        return clerk.post(reverse("exports:new"), data | changes)

    return send


@pytest.fixture
def asked(ask) -> str:
    """The address of a request that waits."""
    return ask().headers["Location"]


def text(client: Client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


def test_both_go_the_whole_way(clerk, officer, asked, django_capture_on_commit_callbacks):
    home = text(officer, "/admin/")
    assert "待我审批的完整导出" in home and reverse("exports:index") in home
    assert asked in text(officer, reverse("exports:index"))
    waiting = text(officer, asked)
    assert WHY in waiting and "演示clerk" in waiting and 'value="approve"' in waiting
    assert PHONE not in waiting and 'value="approve"' not in text(clerk, asked)

    with django_capture_on_commit_callbacks(execute=True):
        officer.post(f"{asked}decide/", {"decision": "approve", "note": ""})

    assert "待我领取的完整导出" in text(clerk, "/admin/")
    assert f"{asked}fetch/" in text(clerk, asked) and f"{asked}fetch/" not in text(officer, asked)
    file = clerk.post(f"{asked}fetch/")
    content = b"".join(file.streaming_content).decode("utf-8-sig")
    assert PHONE in content and ID_NUMBER in content
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in file.headers["Cache-Control"]
    assert PHONE not in text(clerk, asked)


def test_the_second_person_says_no_with_a_reason_beside_the_field(officer, clerk, asked):
    wordless = officer.post(f"{asked}decide/", {"decision": "refuse", "note": ""})
    assert wordless.status_code == 400 and "w-field__errors" in wordless.content.decode()
    assert DisclosureRequest.objects.get().state == "REQUESTED"

    officer.post(f"{asked}decide/", {"decision": "refuse", "note": "遮挡后的名册已够用"})

    assert DisclosureRequest.objects.get().state == "REFUSED"
    assert "遮挡后的名册已够用" in text(clerk, asked)


def test_the_requester_decides_nothing_even_by_hand(clerk, asked):
    answer = clerk.post(f"{asked}decide/", {"decision": "approve", "note": ""})

    assert DisclosureRequest.objects.get().state == "REQUESTED"
    # They hold no right to decide at all; that is told as every refusal is.
    assert answer.status_code == 302


def test_nobody_else_knows_of_a_request_or_its_file(asked, staff):
    others = [
        browser(staff([ADMIN, "civicnet_exchange.approve_disclosure"], "222403100", username="elsewhere")),
        browser(staff(ASKS, username="colleague")),
    ]

    for other in others:
        answers = [other.get(asked), other.post(f"{asked}decide/"), other.post(f"{asked}fetch/")]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert asked not in text(other, reverse("exports:index"))


def test_what_stands_against_a_request_is_said_beside_the_field_and_nothing_is_lost(ask):
    answer = ask(reason="看")

    page = answer.content.decode()
    assert answer.status_code == 400 and 'value="看"' in page
    assert not DisclosureRequest.objects.exists()


def test_an_area_of_others_is_no_choice(ask, city, staff):
    townsman = browser(staff(ASKS, "222403100", username="townsman"))

    page = text(townsman, reverse("exports:new"))
    refused = townsman.post(
        reverse("exports:new"),
        {"resource": "grid.roster", "organisation": city["222403"].pk, "format": "csv", "reason": WHY},
    )

    assert "大石头镇" in page and "敦化市" not in page
    assert refused.status_code == 400 and not DisclosureRequest.objects.exists()


def test_whoever_has_nothing_to_export_is_not_let_in(staff, worker):
    outsider = browser(staff([ADMIN, "civicnet_grid.view_absence"], username="outsider"))

    assert outsider.get(reverse("exports:index")).status_code == 302
    assert reverse("exports:index") not in text(outsider, "/admin/")


def test_a_file_is_never_fetched_by_following_a_link(clerk, asked):
    assert clerk.get(f"{asked}fetch/").status_code == 405


def test_who_may_only_export_masked_rows_gets_those_and_sees_no_more(staff, worker):
    viewer = browser(staff([ADMIN, "civicnet_grid.view_worker", "civicnet_grid.view_post"], username="viewer"))

    page = text(viewer, reverse("exports:index"))
    file = viewer.post(reverse("imports:export", args=["grid.roster", "csv"]))

    content = b"".join(file.streaming_content).decode("utf-8-sig")
    assert reverse("exports:new") not in page
    assert "140****0001" in content and PHONE not in content and ID_NUMBER not in content


def test_empty_lists_name_the_next_step(clerk, officer):
    assert "多数工作用遮挡后的导出就够了" in text(clerk, reverse("exports:index"))
    assert "还没有人申请" in text(officer, reverse("exports:index"))
