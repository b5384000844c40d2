"""Filling in a form in the admin: choose somebody, score every item, lose nothing by a mistake."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.lifecycle.activation import disable_plugin
from civicnet_assessment.models import Assessment, AssessmentForm
from civicnet_assessment.services import file_assessment

ASSESSOR = [
    "wagtailadmin.access_admin",
    "civicnet_assessment.view_assessmentform",
    "civicnet_assessment.view_assessment",
    "civicnet_assessment.add_assessment",
]
TYPED = {
    "subject": "test:1",
    "points-visits": "38.5",
    "points-report": "20",
    "note-visits": "走访 300 户",
    "comment": "好",
}


@pytest.fixture
def assessor(register, staff, client):
    """Somebody of 渤海街道 who assesses, signed in."""
    person = staff(ASSESSOR, "222403001", username="assessor")
    client.force_login(person)
    return person


def text_of(response):
    """What a reader sees: no tags, single spaces."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>", "", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_somebody_is_chosen_by_search(form, assessor, client):
    page = client.get(f"/admin/assessment/forms/{form.pk}/fill/", {"q": "演示"})

    assert page.status_code == 200
    assert 'href="?subject=test%3A1"' in page.content.decode()
    assert "演示乙" in text_of(page) and "演示丙" not in text_of(page)
    assert "没有找到" in text_of(client.get(f"/admin/assessment/forms/{form.pk}/fill/", {"q": "没有此人"}))


def test_the_form_shows_every_item_with_its_most_points(form, assessor, client):
    page = client.get(f"/admin/assessment/forms/{form.pk}/fill/", {"subject": "test:1"})

    seen = text_of(page)
    assert "演示甲" in seen and "入户走访" in seen and "0 至 40 分" in seen and "0 至 20.5 分" in seen
    assert "实地查看" in seen and "述职" in seen
    assert 'for="id_points-visits"' in page.content.decode()


def test_a_filled_form_is_filed_and_the_next_person_can_be_chosen(form, assessor, client):
    done = client.post(f"/admin/assessment/forms/{form.pk}/fill/", TYPED)

    assert (done.status_code, done["Location"]) == (302, f"/admin/assessment/forms/{form.pk}/fill/")
    filed = Assessment.objects.get()
    assert (filed.total, filed.comment, filed.assessor) == (Decimal("58.50"), "好", assessor)
    after = text_of(client.get(done["Location"], {"q": "演示甲"}))
    assert "演示甲 的考核已提交" in after and "演示甲 已考核" in after


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"points-visits": ""}, "请为本项评分。"),
        ({"points-visits": "四十"}, "分数须为数字，例如 8 或 8.5。"),
        ({"points-visits": "40.5"}, "本项为 0 至 40 分。"),
        ({"points-visits": "-1"}, "本项为 0 至 40 分。"),
        ({"points-visits": "1.234"}, "分数最多两位小数。"),
    ],
)
def test_a_mistake_is_told_beside_its_item_and_keeps_what_was_typed(form, assessor, client, given, sentence):
    page = client.post(f"/admin/assessment/forms/{form.pk}/fill/", {**TYPED, **given})

    body = page.content.decode()
    assert page.status_code == 400
    assert sentence in body[body.index("入户走访") : body.index("述职")]
    for value in ("20", "走访 300 户", given["points-visits"]):
        assert f'value="{value}"' in body or value == ""
    assert ">\n好</textarea>" in body
    assert not Assessment.objects.exists()


def test_nobody_is_assessed_twice(form, assessor, client):
    client.post(f"/admin/assessment/forms/{form.pk}/fill/", TYPED)

    again = client.post(f"/admin/assessment/forms/{form.pk}/fill/", {**TYPED, "points-visits": "1"})

    assert again.status_code == 409
    assert "此人在本表中已经考核过。" in text_of(again)
    assert Assessment.objects.get().total == Decimal("58.50")


def test_nobody_assesses_themself(form, register, assessor, client):
    register.link("test:1", assessor)

    page = client.post(f"/admin/assessment/forms/{form.pk}/fill/", TYPED)

    assert page.status_code == 403
    assert "不能考核自己" in text_of(page)
    assert not Assessment.objects.exists()


def test_somebody_out_of_sight_cannot_be_assessed(form, assessor, client):
    page = client.post(f"/admin/assessment/forms/{form.pk}/fill/", {**TYPED, "subject": "test:3"})

    assert page.status_code == 404
    assert "找不到此人" in text_of(page)
    assert not Assessment.objects.exists()


def test_a_post_without_a_token_is_refused(form, assessor, register):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(assessor)

    assert strict.post(f"/admin/assessment/forms/{form.pk}/fill/", TYPED).status_code == 403
    assert not Assessment.objects.exists()


def test_a_neighbours_form_and_file_are_not_there(form, opened, assessor, register, staff, client):
    own = opened()
    filed = file_assessment(
        form=form,
        subject_key="test:1",
        points={"visits": Decimal(1), "report": Decimal(1)},
        actor=staff_actor(assessor),
    )
    client.force_login(staff(ASSESSOR, "222403100", username="neighbour"))

    assert client.get(f"/admin/assessment/forms/{own.pk}/").status_code == 404
    assert client.get(f"/admin/assessment/forms/{own.pk}/fill/").status_code == 404
    assert client.get(f"/admin/assessment/filed/{filed.pk}/").status_code == 404
    assert "演示甲" not in text_of(client.get("/admin/assessment/filed/"))
    assert "演示甲" not in text_of(client.get(f"/admin/assessment/forms/{form.pk}/"))


def test_what_was_filed_is_listed_without_points_and_shown_with_them(form, assessor, client):
    client.post(f"/admin/assessment/forms/{form.pk}/fill/", TYPED)
    filed = Assessment.objects.get()

    listed, shown = client.get("/admin/assessment/filed/"), client.get(f"/admin/assessment/filed/{filed.pk}/")

    assert "演示甲" in text_of(listed) and "58.5" not in text_of(listed)
    assert "38.50 / 40" in text_of(shown) and "走访 300 户" in text_of(shown) and "58.50" in text_of(shown)
    assert "ordering=total" not in listed.content.decode()


def test_an_office_opens_a_form_on_a_page(city, staff, client):
    office = [*ASSESSOR, "civicnet_assessment.add_assessmentform"]
    client.force_login(staff(office, "222403001", username="office"))
    head = {
        "title": "2026 年度考核",
        "year": "2026",
        "organisation": city["222403001"].pk,
        "opens": "2026-11-01",
        "closes": "2026-12-31",
        "regular_weight": "60",
        "annual_weight": "40",
        "items-TOTAL_FORMS": "3",
        "items-INITIAL_FORMS": "0",
        "items-0-label": "入户走访",
        "items-0-most": "40",
        "items-0-method": "ON_SITE_CHECK",
        "items-1-label": "",
        "items-1-most": "",
        "items-1-method": "ON_SITE_CHECK",
        "items-2-label": "述职",
        "items-2-most": "20",
        "items-2-method": "SELF_REPORT",
    }

    refused = client.post("/admin/assessment/forms/open/", {**head, "annual_weight": "50"})
    assert refused.status_code == 400
    assert "两项权重之和须为 100" in text_of(refused) and 'value="入户走访"' in refused.content.decode()
    assert not AssessmentForm.objects.exists()

    client.post("/admin/assessment/forms/open/", head)
    form = AssessmentForm.objects.get()
    assert list(form.items.values_list("label", "order")) == [("入户走访", 1), ("述职", 2)]
    assert "入户走访" in text_of(client.get(f"/admin/assessment/forms/{form.pk}/"))


def test_whoever_only_looks_finds_no_way_to_fill_in_or_open(form, register, staff, client):
    client.force_login(staff(ASSESSOR[:3], "222403001", username="looker"))

    assert client.get(f"/admin/assessment/forms/{form.pk}/").status_code == 200
    assert client.get(f"/admin/assessment/forms/{form.pk}/fill/").status_code == 404
    assert client.get("/admin/assessment/forms/open/").status_code == 404


def test_the_pages_are_shut_while_the_plugin_is_off(form, assessor, client):
    disable_plugin(slug="assessment", actor=SYSTEM, reason="test")

    assert client.get("/admin/assessment/forms/").status_code == 404
    assert "/admin/assessment/" not in client.get("/admin/").content.decode()
