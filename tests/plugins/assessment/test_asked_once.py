"""Opening a form asks once: an item that asks for what is held is told so, and stays only with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.contract import InvalidInput
from civicnet.exchange.burden import burden_since
from civicnet.ledger.models import AuditRecord
from civicnet_assessment.errors import HeldAlready
from civicnet_assessment.models import AssessmentForm, Method
from civicnet_assessment.services import NewItem, file_assessment, open_form
from civicnet_grid.roster import RosterRow
from civicnet_grid.services import apply_roster

OFFICE = [
    "wagtailadmin.access_admin",
    "civicnet_assessment.view_assessmentform",
    "civicnet_assessment.add_assessmentform",
]


@pytest.fixture
def worker(city, plugins_on):
    """One grid worker of 红旗社区, entered just now."""
    row = RosterRow(
        row=1, organisation_code="222403001001", grid_code="222403001001001", level=1, duty=None, name="演示甲", sex="F",
        id_number="222403190001010045", phone="13900000001", political_status="群众", since=date(2023, 6, 30),
    )  # fmt: skip
    apply_roster(rows=[row], actor=SYSTEM)


@pytest.fixture
def office(city, worker, staff, client):
    """Somebody of 渤海街道 who opens forms, signed in."""
    client.force_login(staff(OFFICE, "222403001", username="office"))
    client.cookies["civicnet_language"] = "en"
    return client


def item(label, *, element="", reason=""):
    return NewItem("item-1", label, Decimal(10), Method.SELF_REPORT, element, reason)


def opened(city, *items, code="222403001"):
    return open_form(
        year=2026, title="信息采集", organisation=city[code], opens=date(2026, 1, 1), closes=date(2026, 12, 31),
        items=items, actor=SYSTEM,
    )  # fmt: skip


def posted(city, label, **more):
    head = {
        "title": "信息采集", "year": "2026", "organisation": city["222403001"].pk, "opens": "2026-01-01",
        "closes": "2026-12-31", "regular_weight": "60", "annual_weight": "40", "items-TOTAL_FORMS": "2",
        "items-INITIAL_FORMS": "0", "items-0-label": "", "items-0-most": "", "items-0-method": "ON_SITE_CHECK",
        "items-1-label": label, "items-1-most": "10", "items-1-method": "SELF_REPORT",
    }  # fmt: skip
    return head | {f"items-1-{name}": value for name, value in more.items()}


@pytest.mark.parametrize("asked", [item("请填写您的联系电话"), item("How do we call you?", element="worker.phone")])
def test_an_item_that_asks_for_what_is_held_needs_a_reason(city, worker, asked):
    with translation.override("en"), pytest.raises(HeldAlready) as refusal:
        opened(city, asked)

    assert refusal.value.items[0].startswith("Kept by: the roster of grid workers. Rows in this area: 1, since")
    assert not AssessmentForm.objects.exists()


def test_the_reason_is_kept_with_the_item_and_named_in_the_audit(city, worker):
    form = opened(city, item("联系电话", reason=" 号码大面积变更，集中核对 "))

    [kept] = form.items.all()
    assert (kept.element, kept.kept_reason) == ("worker.phone", "号码大面积变更，集中核对")
    assert AuditRecord.objects.get(action="assessment.open_form").after["kept"] == ["worker.phone"]


def test_a_reason_with_nothing_to_explain_is_dropped_and_hints_are_no_element(city, worker):
    form = opened(
        city, item("入户走访", reason="有用"), NewItem("b", "网格员联系电话变更情况", Decimal(5), Method.SELF_REPORT)
    )

    assert list(form.items.values_list("element", "kept_reason")) == [("", ""), ("", "")]


def test_where_nobody_is_on_the_roster_the_item_may_be_asked(city, worker):
    form = opened(city, item("联系电话"), code="222403100")

    assert form.items.get().element == "worker.phone"


def test_what_has_grown_old_may_be_asked_again(city, worker, monkeypatch):
    later = timezone.now() + timedelta(days=366)
    monkeypatch.setattr("civicnet.exchange.holdings.timezone.now", lambda: later)

    assert opened(city, item("联系电话")).items.get().kept_reason == ""


def test_while_the_holder_is_off_nothing_is_in_the_way(city, worker, toggle):
    toggle("grid", False)
    toggle("hotline", False)

    assert opened(city, item("联系电话")).items.get().element == ""


def test_an_element_that_is_not_there_is_refused(city, worker):
    with pytest.raises(InvalidInput, match=r"worker\.shoe_size"):
        opened(city, item("鞋码", element="worker.shoe_size"))


def test_beside_the_field_stands_who_holds_it_while_it_is_written(city, office):
    answer = office.get("/admin/assessment/forms/held/", {"label": "联系电话", "organisation": city["222403001"].pk})

    page = answer.content.decode()
    assert "This asks for “Phone of a grid worker”." in page and "Rows in this area: 1," in page
    assert "data-stands" in page and "data-drop" in page
    assert "演示甲" not in page and "139" not in page


def test_a_likely_question_is_offered_to_be_picked(city, office):
    page = office.get(
        "/admin/assessment/forms/held/", {"label": "网格员的联系电话变更", "organisation": ""}
    ).content.decode()

    assert "You may be asking for “Phone of a grid worker”." in page
    assert 'data-pick="worker.phone"' in page and "data-stands" not in page


def test_another_organisations_rows_are_not_counted_for_whoever_may_not_ask_there(city, office):
    elsewhere = office.get("/admin/assessment/forms/held/", {"label": "联系电话", "organisation": city["222403"].pk})

    # Counted for the office's own area instead.
    assert "Rows in this area: 1," in elsewhere.content.decode()
    assert office.get("/admin/assessment/forms/held/", {"label": ""}).content.decode().strip() == ""


def test_nobody_else_is_told_how_much_is_held(city, worker, staff, client):
    client.force_login(staff(OFFICE[:2], "222403001", username="reader"))

    assert client.get("/admin/assessment/forms/held/", {"label": "联系电话"}).status_code == 404


def test_sent_without_a_script_the_form_comes_back_with_the_flag_and_goes_in_with_a_reason(city, office):
    back = office.post("/admin/assessment/forms/open/", posted(city, "联系电话"))

    page = back.content.decode()
    assert back.status_code == 409
    assert "Drop them, or say why they are asked for all the same." in page
    assert "This asks for “Phone of a grid worker”." in page and 'value="联系电话"' in page

    sent = office.post(
        "/admin/assessment/forms/open/", posted(city, "联系电话", kept_reason="号码集中变更"), follow=True
    )
    shown = sent.content.decode()
    assert "Asks for “Phone of a grid worker”." in shown and "号码集中变更" in shown


def test_forms_stand_on_the_burden_page_with_what_was_filed(city, worker, register, form, staff):
    opened(city, item("联系电话", reason="集中核对"))
    assessor = staff_actor(staff(["civicnet_assessment.add_assessment"], "222403001", username="assessor"))
    file_assessment(
        form=form, subject_key="test:1", points={"visits": Decimal(1), "report": Decimal(1)}, actor=assessor
    )

    burden = burden_since(timezone.now() - timedelta(days=365), actor=SYSTEM)

    found = {one.what: (one.times, one.rows, one.fields, one.kept) for one in burden.lines}
    assert found[form.title] == (1, 1, 5, ())
    assert found["信息采集"][:3] == (0, 0, 3) and found["信息采集"][3][0][1] == "集中核对"
