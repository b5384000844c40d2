"""Intake: a request is accepted, numbered and routed, or refused with nothing stored."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.cipher import blind_index
from civicnet.contract import ANONYMOUS, CivicNetError, hookimpl
from civicnet.ledger.models import AuditRecord
from civicnet_hotline.models import Case, CaseState, CaseStep, Category, Group, Source
from civicnet_hotline.services import Caller, Place, open_category

NO_ROUTE = Place(address="三道河村东头")


def test_a_request_is_numbered_and_given_to_the_post_on_duty(watch, submit, worker, city, trail):
    case = submit()

    assert case.number == f"{timezone.localdate():%Y%m%d}-000001"
    assert (case.state, case.assignee_id, case.organisation_id) == ("DISPATCHED", worker.pk, city["222403001001"].pk)
    assert (case.grid_code, case.post_key) == ("222403001001001", "watch.post:1")
    assert case.post_label == "红旗社区第1网格 三级网格员（主岗）"
    assert trail(case) == [("ACCEPT", "", "ACCEPTED"), ("DISPATCH", "ACCEPTED", "DISPATCHED")]
    assert [step.note for step in CaseStep.objects.filter(case=case)] == ["", "红旗社区第1网格 三级网格员（主岗）"]


def test_without_a_certain_post_the_request_waits_for_a_dispatcher(watch, submit, trail):
    case = submit(place=NO_ROUTE)

    assert (case.state, case.assignee_id, case.organisation_id) == ("TO_DISPATCH", None, None)
    assert trail(case) == [("ACCEPT", "", "ACCEPTED"), ("QUEUE", "ACCEPTED", "TO_DISPATCH")]


def test_each_step_is_in_the_audit_without_a_word_of_the_caller(watch, submit):
    case = submit(caller=Caller(name="演示居民", phone="0433-1234567"))

    records = AuditRecord.objects.filter(object_id=str(case.pk), object_type="civicnet_hotline.case").order_by("id")
    assert [(one.actor_kind, one.action, one.object_label, one.before, one.after) for one in records] == [
        ("anonymous", "hotline.accept", case.number, {}, {"state": "ACCEPTED", "post": ""}),
        (
            "system",
            "hotline.dispatch",
            case.number,
            {"state": "ACCEPTED"},
            {"state": "DISPATCHED", "post": "watch.post:1"},
        ),
    ]


def test_the_caller_is_sealed_at_rest_and_found_by_index(submit):
    case = submit(caller=Caller(name=" 演示居民 ", phone="０４３３-123 4567"))

    row = Case.objects.raw("SELECT id, caller_name || '|' || caller_phone AS sealed FROM civicnet_hotline_case")[0]
    assert "演示居民" not in row.sealed and "04331234567" not in row.sealed
    assert Case.objects.get(caller_phone_index=blind_index("04331234567")).caller_name == "演示居民"
    assert case.caller_phone == "04331234567"


def test_other_plugins_hear_of_it_after_commit(plug, watch, submit, worker, city, django_capture_on_commit_callbacks):
    heard = []

    class Listener:
        @hookimpl
        def hear(self, event):
            heard.append(event)

    plug("listener", Listener())

    with django_capture_on_commit_callbacks(execute=True):
        case = submit()

    community = city["222403001001"].pk
    assert [(event.name, event.number, event.organisation_id) for event in heard if hasattr(event, "number")] == [
        ("CaseAccepted", case.number, None),
        ("CaseDispatched", case.number, community),
    ]
    assert (heard[-1].grid_code, heard[-1].assignee_id) == ("222403001001001", worker.pk)


def test_control_signs_are_dropped_and_line_breaks_are_one_kind(submit):
    case = submit("第一行\r\n第二行\x00\x0b", place=Place(address="  红旗社区\n第１网格  "))

    assert case.description == "第一行\n第二行"
    assert case.address == "红旗社区 第1网格"


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"category": "no-such"}, "UNKNOWN_CATEGORY", "category"),
        ({"description": " \n "}, "INVALID_INPUT", "description"),
        ({"description": "路" * 4001}, "INVALID_INPUT", "description"),
        ({"place": Place()}, "PLACE_MISSING", "address"),
        ({"place": Place(address="  ")}, "PLACE_MISSING", "address"),
        ({"place": Place(address="路" * 301)}, "INVALID_INPUT", "address"),
        ({"place": Place(address_id="1" * 65)}, "INVALID_INPUT", "address_id"),
        ({"place": Place(latitude=43.3)}, "INVALID_INPUT", "longitude"),
        ({"place": Place(longitude=128.2)}, "INVALID_INPUT", "latitude"),
        ({"place": Place(latitude=90.5, longitude=128.2)}, "INVALID_INPUT", "latitude"),
        ({"place": Place(latitude=43.3, longitude=-180.5)}, "INVALID_INPUT", "longitude"),
        ({"place": Place(latitude=float("nan"), longitude=128.2)}, "INVALID_INPUT", "latitude"),
        ({"caller": Caller(phone="call me")}, "INVALID_INPUT", "caller_phone"),
        ({"caller": Caller(name="名" * 51)}, "INVALID_INPUT", "caller_name"),
        ({"source": Source.OPEN311}, "FORBIDDEN", None),
        ({"source": Source.PHONE}, "FORBIDDEN", None),
        ({"source": Source.PORTAL}, "FORBIDDEN", None),
    ],
)
def test_what_cannot_be_taken_in_is_refused_with_nothing_stored(submit, written, wrong, code, field):
    before = written()

    with pytest.raises(CivicNetError) as refusal:
        submit(**wrong)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert written() == before


def test_a_description_of_4000_characters_is_taken(submit):
    assert len(submit("路" * 4000).description) == 4000


def test_a_closed_category_takes_no_requests(submit, street_light, written):
    Category.objects.update(active=False)
    before = written()

    with pytest.raises(CivicNetError, match="没有这个代码的类别"):
        submit()

    assert written() == before


def test_a_portal_that_repeats_itself_within_an_hour_gets_the_same_case(submit, portal, written):
    sender = portal()
    first = submit(actor=sender.actor, source=Source.OPEN311)
    before = written()

    again = submit(" 路灯不亮\r\n", actor=sender.actor, source=Source.PORTAL)

    assert again.pk == first.pk
    assert written() == before


def test_other_words_another_place_another_portal_or_a_later_hour_make_a_new_case(submit, portal):
    sender, other = portal("one"), portal("two")
    first = submit(actor=sender.actor, source=Source.OPEN311)

    cases = [
        submit("路灯闪", actor=sender.actor, source=Source.OPEN311),
        submit(actor=sender.actor, source=Source.OPEN311, place=Place(address="北苑社区")),
        submit(actor=other.actor, source=Source.OPEN311),
    ]
    Case.objects.filter(pk=first.pk).update(requested_at=timezone.now() - timedelta(minutes=61))
    cases.append(submit(actor=sender.actor, source=Source.OPEN311))

    assert len({first.pk, *(case.pk for case in cases)}) == 5


def test_two_residents_with_the_same_words_make_two_cases(submit):
    assert submit().pk != submit().pk


def test_a_form_sent_twice_makes_one_case(submit, written):
    first = submit(once="form-1")
    before = written()

    assert submit(once="form-1").pk == first.pk
    assert written() == before


def test_a_signed_in_operator_takes_calls_if_the_post_allows(submit, actor):
    operator = actor(["civicnet_hotline.submit_case"])

    case = submit(actor=operator, source=Source.PHONE)

    assert (case.source, case.client_id) == ("PHONE", None)


def test_tokens_cannot_be_guessed(submit):
    tokens = {submit(str(number)).token for number in range(20)}

    assert len(tokens) == 20
    assert all(len(token) == 32 for token in tokens)


@pytest.mark.parametrize(
    "facts",
    [
        {"address": "", "address_id": ""},
        {"latitude": 43.3},
        {"latitude": 143.3, "longitude": 128.2},
        {"state": CaseState.REPLIED},
        {"state": CaseState.COMPLETED, "reply": "修好了"},
        {"satisfaction": 6},
    ],
)
def test_the_database_itself_refuses_what_must_never_be(submit, facts):
    case = submit()

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**facts)


def test_opening_a_category_twice_writes_once(street_light):
    facts = {"code": "street-light", "name": "路灯照明", "group": Group.HELP}

    open_category(actor=SYSTEM, **facts)
    open_category(actor=SYSTEM, **facts)

    audits = AuditRecord.objects.filter(action="hotline.open_category").values_list("after__description", flat=True)
    assert list(audits) == ["", "路灯不亮、损坏"]


@pytest.mark.parametrize("code", ["", "two words", "../x", "路灯"])
def test_a_category_needs_a_code_that_fits_an_address(db, code):
    with pytest.raises(CivicNetError) as refusal:
        open_category(actor=SYSTEM, code=code, name="路灯照明", group=Group.HELP)

    assert refusal.value.field == "code"
    assert not Category.objects.exists()


def test_residents_open_no_categories(db):
    with pytest.raises(CivicNetError) as refusal:
        open_category(actor=ANONYMOUS, code="x", name="x", group=Group.HELP)

    assert refusal.value.code == "FORBIDDEN"
    assert not Category.objects.exists()
