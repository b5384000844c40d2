"""Opening forms and filing assessments: every item scored, once, by somebody else; a refusal leaves nothing behind."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.contract import ANONYMOUS, Conflict, InvalidInput, Refused
from civicnet.ledger.models import AuditRecord
from civicnet_assessment.errors import AlreadyFiled, FormClosed, OwnAssessment, PointsInvalid, SubjectUnknown
from civicnet_assessment.models import Assessment, AssessmentForm, AssessmentItem, AssessmentScore, Method, State
from civicnet_assessment.selectors import visible_assessments, visible_forms
from civicnet_assessment.services import NewItem, file_assessment

FORM = "civicnet_assessment.view_assessmentform"
FILED = "civicnet_assessment.view_assessment"
ASSESS = "civicnet_assessment.add_assessment"
FULL = {"visits": Decimal("38.5"), "report": Decimal("20")}


@pytest.fixture
def assessor(register, actor):
    """Somebody of 渤海街道 who assesses."""
    return actor([FORM, FILED, ASSESS], "222403001")


def test_a_form_is_opened_with_its_items_in_order(form):
    assert list(form.items.values_list("code", "most", "order", "method")) == [
        ("visits", Decimal("40.00"), 1, "ON_SITE_CHECK"),
        ("report", Decimal("20.50"), 2, "SELF_REPORT"),
    ]
    assert (form.regular_weight, form.annual_weight) == (60, 40)
    assert AuditRecord.objects.first().action == "assessment.open_form"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"closes": date(2025, 12, 31)}, "closes"),
        ({"annual_weight": 50}, "annual_weight"),
        ({"regular_weight": 40, "annual_weight": 60}, "regular_weight"),
        ({"items": []}, "items"),
        ({"items": [NewItem("a", "甲", Decimal(1), Method.SELF_REPORT)] * 2}, "items"),
        ({"items": [NewItem("a", "甲", Decimal(0), Method.SELF_REPORT)]}, "items"),
        ({"items": [NewItem("a", "甲", Decimal("NaN"), Method.SELF_REPORT)]}, "items"),
        ({"items": [NewItem("a", " ", Decimal(1), Method.SELF_REPORT)]}, "items"),
        ({"items": [NewItem("a", "甲", Decimal(1), "RANKING")]}, "items"),
    ],
)
def test_a_form_that_breaks_a_rule_is_not_opened(opened, given, field):
    with pytest.raises(InvalidInput) as refused:
        opened(**given)

    assert refused.value.field == field
    assert not AssessmentForm.objects.exists()


def test_a_title_comes_once_a_year(opened):
    opened()

    with pytest.raises(Conflict) as refused:
        opened(title=" 演示考核 ")

    assert refused.value.field == "title"
    assert AssessmentForm.objects.count() == 1


def test_a_neighbouring_town_opens_no_form(opened, actor):
    with pytest.raises(Refused):
        opened(actor=actor(["civicnet_assessment.add_assessmentform"], "222403100"))

    assert not AssessmentForm.objects.exists()


def test_an_assessment_is_filed_with_all_its_scores(form, assessor, city):
    filed = file_assessment(
        form=form, subject_key="test:1", points=FULL, notes={"visits": "走访 300 户"}, comment=" 好 ", actor=assessor
    )

    filed.refresh_from_db()
    assert (filed.state, filed.total, filed.comment) == (State.FILED, Decimal("58.50"), "好")
    assert (filed.subject_label, filed.organisation, str(filed.assessor_id)) == (
        "演示甲",
        city["222403001001"],
        assessor.id,
    )
    assert list(filed.scores.values_list("item__code", "points", "note")) == [
        ("visits", Decimal("38.50"), "走访 300 户"),
        ("report", Decimal("20.00"), ""),
    ]
    written = AuditRecord.objects.first()
    assert (written.action, written.after) == (
        "assessment.file_assessment",
        {"form": form.pk, "subject": "test:1", "state": "FILED"},
    )
    assert "演示甲" not in written.object_label


@pytest.mark.parametrize(
    ("points", "faulty"),
    [
        ({"visits": Decimal(40)}, ["report"]),
        ({}, ["visits", "report"]),
        ({**FULL, "visits": Decimal("40.01")}, ["visits"]),
        ({**FULL, "visits": Decimal(-1)}, ["visits"]),
        ({**FULL, "report": Decimal("NaN")}, ["report"]),
        ({**FULL, "report": Decimal("1.001")}, ["report"]),
        ({**FULL, "bonus": Decimal(5)}, ["bonus"]),
    ],
)
def test_points_that_the_form_does_not_allow_are_refused_item_by_item(form, assessor, points, faulty):
    with pytest.raises(PointsInvalid) as refused:
        file_assessment(form=form, subject_key="test:1", points=points, actor=assessor)

    assert list(refused.value.items) == faulty
    assert (refused.value.code, refused.value.field) == ("POINTS_INVALID", f"points.{faulty[0]}")
    assert not Assessment.objects.exists()


def test_nobody_is_assessed_twice_on_one_form(form, opened, assessor, city):
    file_assessment(form=form, subject_key="test:1", points=FULL, actor=assessor)
    records = AuditRecord.objects.count()

    with pytest.raises(AlreadyFiled):
        file_assessment(form=form, subject_key="test:1", points={**FULL, "visits": Decimal(1)}, actor=assessor)

    assert (Assessment.objects.get().total, AssessmentScore.objects.count()) == (Decimal("58.50"), 2)
    assert AuditRecord.objects.count() == records
    today = timezone.localdate()
    other = opened(opens=today, closes=today)
    file_assessment(form=other, subject_key="test:1", points=FULL, actor=assessor)
    file_assessment(form=form, subject_key="test:2", points=FULL, actor=assessor)
    assert Assessment.objects.count() == 3


def test_nobody_assesses_themself(form, register, staff):
    person = staff([FORM, ASSESS], "222403001", username="worker")
    register.link("test:1", person)

    with pytest.raises(OwnAssessment):
        file_assessment(form=form, subject_key="test:1", points=FULL, actor=staff_actor(person))

    assert not Assessment.objects.exists()


@pytest.mark.parametrize(("opens", "closes"), [(1, 2), (-2, -1)])
def test_a_form_is_filled_in_between_its_days_only(opened, assessor, opens, closes):
    today = timezone.localdate()
    form = opened(opens=today + timedelta(days=opens), closes=today + timedelta(days=closes))

    with pytest.raises(FormClosed):
        file_assessment(form=form, subject_key="test:1", points=FULL, actor=assessor)

    assert not Assessment.objects.exists()


def test_somebody_out_of_sight_or_outside_the_form_is_unknown(form, opened, assessor, actor, city):
    today = timezone.localdate()
    of_town = opened(organisation=city["222403100"], opens=today, closes=today)
    of_city = actor([FORM, ASSESS])

    for which, key, who in ((form, "test:3", assessor), (form, "test:9", assessor), (of_town, "test:1", of_city)):
        with pytest.raises(SubjectUnknown) as refused:
            file_assessment(form=which, subject_key=key, points=FULL, actor=who)
        assert refused.value.field == "subject_key"

    assert not Assessment.objects.exists()


def test_only_a_person_with_the_post_assesses(form, register, city, actor):
    looker = actor([FORM, FILED], "222403001")
    register._visible = lambda actor, person: True

    for who in (looker, actor([ASSESS], "222403100"), SYSTEM, ANONYMOUS):
        with pytest.raises(Refused):
            file_assessment(form=form, subject_key="test:1", points=FULL, actor=who)

    assert not Assessment.objects.exists()


def test_forms_are_seen_from_below_and_from_above_but_not_from_the_side(form, opened, actor):
    own = opened()

    def seen(code):
        return set(visible_forms(actor([FORM], code)))

    assert seen("222403") == {form, own}
    assert seen("222403001001") == {form, own}
    assert seen("222403100") == {form}
    assert not visible_forms(ANONYMOUS).exists()


def test_what_was_filed_is_seen_by_the_own_subtree_only(form, assessor, actor):
    filed = file_assessment(form=form, subject_key="test:1", points=FULL, actor=assessor)

    assert list(visible_assessments(actor([FILED]))) == [filed]
    assert list(visible_assessments(actor([FILED], "222403001001"))) == [filed]
    assert not visible_assessments(actor([FILED], "222403100")).exists()
    assert not visible_assessments(actor([FORM], "222403001")).exists()
    assert not visible_assessments(ANONYMOUS).exists()


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (AssessmentScore, {"points": Decimal("-0.01")}),
        (Assessment, {"total": Decimal("-1")}),
        (Assessment, {"state": "RANKED"}),
        (Assessment, {"filed_at": None}),
        (AssessmentForm, {"regular_weight": 70}),
        (AssessmentForm, {"regular_weight": 40, "annual_weight": 60}),
        (AssessmentForm, {"closes": date(2000, 1, 1)}),
        (AssessmentItem, {"most": 0}),
        (AssessmentItem, {"method": "RANKING"}),
    ],
)
def test_the_database_refuses_what_must_never_be(form, assessor, model, change):
    file_assessment(form=form, subject_key="test:1", points=FULL, actor=assessor)
    before = list(model.objects.order_by("pk").values())

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=model.objects.order_by("pk").first().pk).update(**change)

    assert list(model.objects.order_by("pk").values()) == before


def test_nothing_can_rank_people():
    kept = {field.name for model in (Assessment, AssessmentScore) for field in model._meta.fields}

    assert not kept & {"rank", "place", "position", "grade", "percentile"}
