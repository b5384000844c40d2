"""The burden page: for whoever may see burdens; sums by who asks, what is asked twice, a file, and a next step when empty."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from civicnet.contract import Asking, DataElement, hookimpl
from civicnet.exchange.models import ImportJob, JobState

ADMIN = "wagtailadmin.access_admin"
VIEW = [ADMIN, "civicnet_exchange.view_burden"]
FIGURES = re.compile(r'<script id="cn-figures" type="application/json">(.*?)</script>', re.DOTALL)


class Offices:
    """Two offices that ask for the same, under a name that looks like a formula."""

    def __init__(self):
        self.askings = [
            Asking(
                asker="=Office", what="Survey <b>", elements=("office.phone",), fields=5, times=60, rows=60,
                kept={"office.phone": "=SUM(1)"},
            ),
            Asking(asker="Town", what="List", elements=("office.phone",), fields=1, times=5, rows=5),
        ]  # fmt: skip

    @hookimpl
    def data_elements(self):
        return [DataElement(key="office.phone", label="Phone of an office", definition="Where it is reached.")]

    @hookimpl
    def burden(self):
        return self.askings


@pytest.fixture
def offices(plug, city):
    found = Offices()
    plug("office", found)
    return found


@pytest.fixture
def browser(staff, client, city):
    client.force_login(staff(VIEW, "222403001", username="looker"))
    client.cookies["civicnet_language"] = "en"
    return client


def test_the_page_shows_minutes_by_asker_and_what_is_asked_twice(offices, browser):
    page = browser.get("/admin/burden/").content.decode()

    found = FIGURES.search(page)
    assert found
    assert json.loads(found[1]) == {"minutes": [{"name": "=Office", "minutes": 60}, {"name": "Town", "minutes": 1}]}
    assert "Survey &lt;b&gt;" in page and "also elsewhere" in page and "office.phone" in page
    assert "=SUM(1)" in page


def test_the_file_holds_every_line_and_no_formula(offices, browser):
    answer = browser.get("/admin/burden/file/")

    text = answer.content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1:] == [
        ["'=Office", "Survey <b>", "office.phone", "60", "60", "5", "60", "Phone of an office: =SUM(1)"],
        ["Town", "List", "office.phone", "5", "5", "1", "1", ""],
    ]
    assert answer["Content-Disposition"] == 'attachment; filename="burden.csv"'


def test_while_nothing_was_asked_the_page_says_what_comes_next(browser):
    page = browser.get("/admin/burden/").content.decode()

    assert "Nobody has asked for anything in twelve months." in page
    assert "cn-figures" not in page


def test_a_plugin_that_cannot_answer_is_said_to_be_missing(offices, browser):
    offices.askings = 1

    assert "could not be asked, and are missing: office" in browser.get("/admin/burden/").content.decode()


@pytest.mark.parametrize("address", ["/admin/burden/", "/admin/burden/file/"])
def test_nobody_gets_in_without_the_post_and_no_menu_leads_there(offices, staff, client, address):
    client.force_login(staff([ADMIN, "civicnet_exchange.view_importjob"], "222403001", username="clerk"))

    assert client.get(address).status_code == 302
    assert "/admin/burden/" not in client.get("/admin/").content.decode()


def test_the_menu_leads_there_for_whoever_may(browser):
    assert "/admin/burden/" in browser.get("/admin/").content.decode()


def test_more_lines_take_no_more_statements(
    plugins_on, browser, city, assert_statements, django_assert_max_num_queries
):
    def imported(code):
        ImportJob.objects.create(
            resource="grid.roster", file_name="a.csv", format="csv", sha256="0", organisation=city[code], rows_total=9,
            state=JobState.APPLIED, confirmed_at=timezone.now() - timedelta(days=1),
        )  # fmt: skip

    imported("222403001")
    browser.get("/admin/burden/")
    with django_assert_max_num_queries(200) as one:
        browser.get("/admin/burden/")
    for code in ("222403001001", "222403001002"):
        imported(code)
    with assert_statements(len(one.captured_queries)):
        page = browser.get("/admin/burden/").content.decode()
    assert city["222403001002"].name in page
