"""What the hotline asks of people: what was written by hand counts, what came from portals or by itself does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet_hotline.elements import ASK, OF_STEPS, askings
from civicnet_hotline.models import Action, Case, CaseState, CaseStep, Category, Source

NOW = timezone.now()
SINCE = NOW - timedelta(days=365)


@pytest.fixture
def case(city, plugins_on):
    """Makes a case of 红旗社区."""
    category = Category.objects.create(code="light", name="路灯", group="HELP")

    def make(number, *, code="222403001001", source=Source.WEB, days_ago=1):
        at = NOW - timedelta(days=days_ago)
        return Case.objects.create(
            number=number, category=category, address="a", source=source, organisation=city[code] if code else None,
            state=CaseState.ACCEPTED, requested_at=at, updated_at=at, due_at=at,
        )  # fmt: skip

    return make


def step(case, action, kind="staff"):
    CaseStep.objects.create(case=case, at=NOW, action=action, to_state=case.state, actor_kind=kind)


def counted(actor):
    return {str(one.what): (one.times, one.rows, one.fields) for one in askings(actor=actor, since=SINCE)}


def test_forms_that_people_filled_in_are_counted(case, staff):
    looker = staff_actor(staff(["civicnet_exchange.view_burden"], "222403001", username="looker"))
    first = case("1")
    case("2", source=Source.PHONE)
    case("3", source=Source.PORTAL)
    case("4", days_ago=366)
    case("5", code="222403100200")
    case("6", code=None)
    for action in (Action.REPLY, Action.COMPLETE, Action.REOPEN, Action.SIGN_FOR):
        step(first, action)
    step(first, Action.DISPATCH, kind="system")

    names = {action: str(form.label) for form, actions in OF_STEPS.items() for action in actions}
    assert counted(looker) == {
        str(ASK.label): (2, 2, 7),
        names[Action.REPLY]: (1, 1, 1),
        names[Action.COMPLETE]: (2, 2, 3),
    }


def test_more_cases_take_no_more_statements(case, assert_statements):
    step(case("1"), Action.REPLY)
    case("2")

    with assert_statements(2):
        askings(actor=SYSTEM, since=SINCE)
