"""What assessment says to the host: whether a form can be filled in, and a form to try it with."""

from __future__ import annotations

from django.utils import translation

from civicnet.access.actors import SYSTEM
from civicnet.lifecycle.health import problems
from civicnet_assessment.demo import open_form_of_this_year
from civicnet_assessment.models import AssessmentForm


def test_without_a_form_assessors_have_nothing_to_fill_in(city):
    with translation.override("en"):
        [problem] = problems()["assessment"]

    assert problem.message.startswith("No form can be filled in today")
    assert problem.url == "/admin/assessment/forms/open/"


def test_demo_data_are_a_form_of_this_year_once(city):
    assert [open_form_of_this_year(actor=SYSTEM) for _time in range(2)] == [1, 0]

    assert "（演示）" in AssessmentForm.objects.get().title
    assert "assessment" not in problems()


def test_without_a_city_there_is_nothing_to_make(db):
    assert open_form_of_this_year(actor=SYSTEM) == 0
