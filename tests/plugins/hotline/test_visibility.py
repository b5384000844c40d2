"""Visibility: who sees which cases, at the one door that all screens and interfaces use."""

from __future__ import annotations

import pytest

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import User
from civicnet.contract import ANONYMOUS, CivicNetError
from civicnet_hotline.models import Source
from civicnet_hotline.selectors import case_of_token, desk_cases, visible_case, visible_cases
from civicnet_hotline.services import Place, sign_for_case


@pytest.fixture
def cases(watch, submit, portal):
    """One case of a resident with the worker, one routed nowhere, one of a portal."""
    sender = portal("sender")
    return {
        "routed": submit("甲"),
        "nowhere": submit("乙", place=Place(address="不知何处")),
        "portal": submit("丙", actor=sender.actor, source=Source.OPEN311),
        "sender": sender,
    }


def seen(actor):
    return sorted(visible_cases(actor).values_list("description", flat=True))


def test_a_worker_sees_what_lies_on_their_desk(cases, worker_actor):
    assert seen(worker_actor) == ["丙", "甲"]


def test_a_supervisor_sees_what_was_routed_into_their_area(cases, actor):
    assert seen(actor(["civicnet_hotline.view_case"], "222403001001")) == ["丙", "甲"]
    assert seen(actor(["civicnet_hotline.view_case"], "222403001")) == ["丙", "甲"]
    assert seen(actor(["civicnet_hotline.view_case"], "222403001002")) == []
    assert seen(actor(["civicnet_hotline.view_case"], "222403")) == ["丙", "甲"]


def test_only_a_dispatcher_of_the_city_sees_what_was_routed_nowhere(cases, actor):
    both = ["civicnet_hotline.view_case", "civicnet_hotline.dispatch_case"]

    assert seen(actor(both, "222403")) == ["丙", "乙", "甲"]
    assert seen(actor(["civicnet_hotline.dispatch_case"], "222403")) == ["乙"]
    assert seen(actor(both, "222403001")) == ["丙", "甲"]


def test_a_portal_sees_what_it_submitted_itself(cases, portal):
    assert seen(cases["sender"].actor) == ["丙"]
    assert seen(portal("reader", scopes=("hotline.read",)).actor) == []
    assert seen(portal("stranger", scopes=()).actor) == []


def test_residents_and_administrators_see_none(cases, city):
    root = User.objects.create_superuser(username="root", password="demo-only-1234")

    assert seen(ANONYMOUS) == []
    assert seen(staff_actor(root)) == []


def test_the_platform_itself_sees_all(cases):
    assert seen(SYSTEM) == ["丙", "乙", "甲"]


def test_a_hidden_case_and_a_missing_one_cannot_be_told_apart(cases, actor):
    neighbour = actor(["civicnet_hotline.view_case"], "222403001002")

    sentences = []
    for number in (cases["routed"].number, "20260101-000001"):
        with pytest.raises(CivicNetError) as refusal:
            visible_case(neighbour, number)
        sentences.append((refusal.value.code, str(refusal.value)))

    assert sentences[0] == sentences[1]
    assert sentences[0][0] == "NOT_FOUND"


def test_the_desk_shows_new_cases_first_and_answered_ones_no_more(cases, watch, submit, worker_actor):
    sign_for_case(actor=worker_actor, case=cases["routed"])

    assert [case.description for case in desk_cases(worker_actor)] == ["丙", "甲"]
    assert [case.state for case in desk_cases(worker_actor)] == ["DISPATCHED", "SIGNED_FOR"]
    assert list(desk_cases(ANONYMOUS)) == []


def test_a_token_opens_its_case_and_no_other(cases):
    assert case_of_token(cases["nowhere"].token) == cases["nowhere"]
    for wrong in ("", "x", cases["nowhere"].token[:-1]):
        with pytest.raises(CivicNetError):
            case_of_token(wrong)
