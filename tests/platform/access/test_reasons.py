"""Why somebody may do something somewhere, and who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import Position
from civicnet.access.positions import appoint
from civicnet.access.reasons import reasons_of, who_may, why
from civicnet.contract import ANONYMOUS

GRID, CASES = "civicnet_grid.view_grid", "civicnet_hotline.view_case"
VIEW = "civicnet_access.view_people"


@pytest.fixture
def clerk(staff, city):
    """Somebody who looks at grids in one subdistrict, by two roles."""
    person = staff([GRID], "222403001", username="clerk")
    second = Group.objects.create(name="第二")
    second.permissions.set(Group.objects.get(name="role of clerk").permissions.all())
    appoint(
        person=person,
        role=second,
        organisation=city["222403001001"],
        valid_from=timezone.localdate(),
        valid_to=timezone.localdate() + timedelta(days=9),
        actor=SYSTEM,
    )
    return person


def test_every_role_and_place_that_allows_it_is_named_with_its_dates(clerk, city):
    reasons = why(clerk, GRID)

    assert [(one.role, one.organisation, one.until is None) for one in reasons] == [
        ("role of clerk", "渤海街道", True),
        ("第二", "红旗社区", False),
    ]
    assert reasons == why(staff_actor(clerk), GRID)


def test_a_place_is_reached_from_what_lies_above_it_only(clerk, city):
    assert [one.role for one in why(clerk, GRID, city["222403001002"])] == ["role of clerk"]
    assert [one.role for one in why(clerk, GRID, city["222403001001"])] == ["role of clerk", "第二"]
    assert why(clerk, GRID, city["222403"]) == []
    assert why(clerk, CASES) == []


def test_what_the_reasons_say_is_what_the_actor_may(clerk):
    actor = staff_actor(clerk)

    assert set(reasons_of(clerk)) == actor.permissions
    assert {one.path for one in why(clerk, GRID)} == set(actor.paths(GRID))


def test_what_has_ended_or_not_begun_is_no_reason(clerk):
    Position.objects.filter(role__name="第二").update(valid_to=timezone.localdate())
    Position.objects.filter(role__name="role of clerk").update(valid_from=timezone.localdate() + timedelta(days=1))

    assert why(clerk, GRID) == []


def test_nobody_in_particular_and_the_system_have_no_reasons():
    assert reasons_of(ANONYMOUS) == reasons_of(SYSTEM) == {}


def test_asking_takes_two_statements(clerk, city, django_assert_num_queries):
    with django_assert_num_queries(2):
        why(clerk, GRID, city["222403001"])


def test_who_may_is_answered_for_ones_own_area(clerk, city, staff):
    staff([GRID], "222403", username="above")
    near = staff_actor(staff([VIEW], "222403001", username="near"))
    top = staff_actor(staff([VIEW], "222403", username="top"))

    assert [one.person for one in who_may(near, GRID)] == ["演示clerk", "演示clerk"]
    assert [one.person for one in who_may(top, GRID, city["222403001001"])] == ["演示clerk", "演示clerk", "演示above"]
    assert [one.person for one in who_may(top, GRID, city["222403100"])] == ["演示above"]
    assert who_may(ANONYMOUS, GRID) == []
