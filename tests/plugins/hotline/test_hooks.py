"""What the hotline says to the host: its panel, what it holds open, its health, and rows to try it with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Position
from civicnet.access.organisation_changes import close_organisation
from civicnet.contract import ANONYMOUS, Refused
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.health import problems
from civicnet.lifecycle.hooks import one_of
from civicnet.lifecycle.slots import panels_in
from civicnet_hotline.demo import CATEGORIES, open_usual_categories
from civicnet_hotline.errors import CasesOpen
from civicnet_hotline.models import Case, CaseState, Category, Group
from civicnet_hotline.services import open_category

from .conftest import COMMUNITY

WHY = {"day": date(2026, 3, 1), "actor": SYSTEM, "reason": "区划调整"}


def test_home_pages_offer_the_way_to_ask_without_asking_the_database(db, rf):
    request = rf.get("/")
    panels_in("home.services", request)

    with CaptureQueriesContext(connection) as asked:
        [panel] = panels_in("home.services", request).panels
        assert panels_in("article.foot", request).panels == ()

    assert 'href="/requests/"' in panel.html and 'href="/requests/progress/"' in panel.html
    assert not [one["sql"] for one in asked if "hotline" in one["sql"]]


def test_a_community_does_not_close_over_open_cases(city, watch, submit):
    assert submit().organisation == city[COMMUNITY]
    Position.objects.update(valid_to=WHY["day"])

    with translation.override("en"), pytest.raises(CasesOpen, match="1 case there is still open") as refusal:
        close_organisation(organisation=city[COMMUNITY], **WHY)

    assert refusal.value.code == "CASES_OPEN"
    city[COMMUNITY].refresh_from_db()
    assert city[COMMUNITY].valid_to is None
    Case.objects.update(state=CaseState.WITHDRAWN)
    assert close_organisation(organisation=city[COMMUNITY], **WHY).valid_to == WHY["day"]


def test_without_a_category_nobody_can_ask(street_light):
    with translation.override("en"):
        assert "hotline" not in problems()
        Category.objects.update(active=False)

        [problem] = problems()["hotline"]

    assert problem.serious
    assert problem.message.startswith("No category of requests is open")


def test_cases_past_their_deadline_that_nobody_was_given_are_counted(submit):
    submit()
    with translation.override("en"):
        assert "hotline" not in problems()
        Case.objects.update(due_at=timezone.now() - timedelta(days=1))

        [problem] = problems()["hotline"]

    assert problem.message.startswith("1 case is past its deadline")
    assert problem.url.endswith("?state=TO_DISPATCH&state=RETURNED")


def test_demo_data_are_the_usual_categories_once(db):
    made = one_of("hotline", "demo_data", actor=SYSTEM)
    assert made is not None
    assert made.value == len(CATEGORIES) == Category.objects.count()
    before = AuditRecord.objects.count()

    assert open_usual_categories(actor=SYSTEM) == 0

    assert AuditRecord.objects.count() == before
    assert all(one.description.startswith("演示") for one in Category.objects.all())


def test_demo_data_leave_alone_what_an_office_has_changed(db):
    open_category(actor=SYSTEM, code="property", name="小区物业", group=Group.HELP)

    open_usual_categories(actor=SYSTEM)

    assert Category.objects.get(code="property").name == "小区物业"


def test_demo_data_ask_for_the_post(db):
    with pytest.raises(Refused):
        open_usual_categories(actor=ANONYMOUS)

    assert not Category.objects.exists()
