"""Steps: each act moves a case along the table, or changes nothing."""

from __future__ import annotations

from itertools import product

import pytest

from civicnet.access.actors import SYSTEM
from civicnet.contract import ANONYMOUS, CivicNetError
from civicnet.ledger.models import AppendOnlyError, AuditRecord
from civicnet_hotline.models import Action, Case, CaseState, CaseStep, ReturnReason, Source
from civicnet_hotline.services import (
    Place,
    dispatch_case,
    follow_up_case,
    reply_to_case,
    return_case,
    sign_for_case,
    withdraw_case,
)

FROM = {
    Action.DISPATCH: {"TO_DISPATCH", "RETURNED", "ACCEPTED"},
    Action.SIGN_FOR: {"DISPATCHED"},
    Action.RETURN: {"DISPATCHED", "SIGNED_FOR"},
    Action.REPLY: {"SIGNED_FOR"},
    Action.COMPLETE: {"REPLIED"},
    Action.REOPEN: {"REPLIED"},
    Action.WITHDRAW: {"TO_DISPATCH", "DISPATCHED", "SIGNED_FOR", "RETURNED"},
}


@pytest.fixture
def act(post):
    """Takes a step by its name, as the platform itself, which may do everything."""
    steps = {
        Action.DISPATCH: lambda case: dispatch_case(actor=SYSTEM, case=case, post=post),
        Action.SIGN_FOR: lambda case: sign_for_case(actor=SYSTEM, case=case),
        Action.RETURN: lambda case: return_case(actor=SYSTEM, case=case, reason=ReturnReason.UNCLEAR),
        Action.REPLY: lambda case: reply_to_case(actor=SYSTEM, case=case, reply="修好了"),
        Action.COMPLETE: lambda case: follow_up_case(actor=SYSTEM, case=case, solved=True, satisfaction=5),
        Action.REOPEN: lambda case: follow_up_case(actor=SYSTEM, case=case, solved=False),
        Action.WITHDRAW: lambda case: withdraw_case(actor=SYSTEM, case=case),
    }
    return lambda action, case: steps[action](case)


@pytest.fixture
def office(actor):
    return actor(["civicnet_hotline.view_case", "civicnet_hotline.dispatch_case", "civicnet_hotline.follow_up_case"])


def test_a_whole_way_leaves_one_record_for_each_step(watch, submit, worker_actor, office, fresh, trail):
    case = submit()

    sign_for_case(actor=worker_actor, case=case)
    reply_to_case(actor=worker_actor, case=case, reply="已更换灯泡。")
    follow_up_case(actor=office, case=case, solved=True, satisfaction=5, note="电话回访")

    case = fresh(case)
    assert (case.state, case.open311_status, case.reply) == ("COMPLETED", "closed", "已更换灯泡。")
    assert (case.solved, case.satisfaction) == (True, 5)
    assert trail(case) == [
        ("ACCEPT", "", "ACCEPTED"),
        ("DISPATCH", "ACCEPTED", "DISPATCHED"),
        ("SIGN_FOR", "DISPATCHED", "SIGNED_FOR"),
        ("REPLY", "SIGNED_FOR", "REPLIED"),
        ("COMPLETE", "REPLIED", "COMPLETED"),
    ]
    assert list(CaseStep.objects.filter(case=case).order_by("id").values_list("actor_label", flat=True)) == [
        "anonymous",
        "CivicNet",
        "演示worker",
        "演示worker",
        "演示person1",
    ]
    actions = AuditRecord.objects.filter(object_type="civicnet_hotline.case").order_by("id")
    assert list(actions.values_list("action", flat=True)) == [
        "hotline.accept",
        "hotline.dispatch",
        "hotline.sign_for",
        "hotline.reply",
        "hotline.complete",
    ]


def test_a_reply_that_solved_nothing_brings_the_case_back_to_its_post(watch, submit, worker, worker_actor, office):
    case = submit()
    sign_for_case(actor=worker_actor, case=case)
    reply_to_case(actor=worker_actor, case=case, reply="已更换灯泡。")

    case = follow_up_case(actor=office, case=case, solved=False, satisfaction=2, note="还是不亮")

    assert (case.state, case.assignee_id, case.solved, case.satisfaction) == ("DISPATCHED", worker.pk, False, 2)
    assert case.open311_status == "open"


def test_a_returned_case_leaves_the_desk_with_its_reason_and_can_be_dispatched_again(
    watch, submit, worker, worker_actor, office, post
):
    case = submit()

    case = return_case(actor=worker_actor, case=case, reason=ReturnReason.OTHER_AREA, note="应为第2网格")

    assert (case.state, case.assignee_id, case.post_key, case.post_label) == ("RETURNED", None, "", "")
    assert case.organisation_id == post.organisation_id
    step = CaseStep.objects.filter(case=case).last()
    assert (step.reason, step.note) == ("OTHER_AREA", "应为第2网格")
    assert AuditRecord.objects.get(action="hotline.return").reason == "OTHER_AREA\n应为第2网格"
    again = dispatch_case(actor=office, case=case, post=post)
    assert (again.state, again.assignee_id) == ("DISPATCHED", worker.pk)


@pytest.mark.parametrize(
    ("action", "state"), [pair for pair in product(FROM, CaseState) if pair[1] not in FROM[pair[0]]]
)
def test_a_step_from_a_wrong_state_is_a_conflict_and_changes_nothing(submit, act, fresh, written, action, state):
    case = submit()
    Case.objects.filter(pk=case.pk).update(state=state, reply="修好了", solved=True)
    before, kept = written(), Case.objects.filter(pk=case.pk).values().get()

    with pytest.raises(CivicNetError) as refusal:
        act(action, fresh(case))

    assert (refusal.value.code, refusal.value.status) == ("CASE_STATE", 409)
    assert (written(), Case.objects.filter(pk=case.pk).values().get()) == (before, kept)


@pytest.mark.parametrize(("action", "state"), [(action, state) for action in FROM for state in sorted(FROM[action])])
def test_a_step_from_each_of_its_states_is_taken(submit, act, fresh, action, state):
    case = submit()
    Case.objects.filter(pk=case.pk).update(state=state, reply="修好了")

    act(action, fresh(case))

    assert CaseStep.objects.filter(case=case).last().action == action


def test_a_stale_page_cannot_undo_what_happened_meanwhile(watch, submit, worker_actor, fresh):
    case = submit()
    seen_before = fresh(case)
    sign_for_case(actor=worker_actor, case=case)

    with pytest.raises(CivicNetError, match="工单已有新进展"):
        sign_for_case(actor=worker_actor, case=seen_before)

    assert fresh(case).state == "SIGNED_FOR"


@pytest.mark.parametrize("reply", ["", " \n", "好" * 4001])
def test_a_reply_has_words_and_an_end(watch, submit, worker_actor, fresh, reply):
    case = submit()
    sign_for_case(actor=worker_actor, case=case)

    with pytest.raises(CivicNetError) as refusal:
        reply_to_case(actor=worker_actor, case=case, reply=reply)

    assert refusal.value.field == "reply"
    assert (fresh(case).state, fresh(case).reply) == ("SIGNED_FOR", "")


@pytest.mark.parametrize("satisfaction", [0, 6, -1])
def test_satisfaction_is_1_to_5(watch, submit, act, fresh, satisfaction):
    case = submit()
    act(Action.SIGN_FOR, case)
    act(Action.REPLY, case)

    with pytest.raises(CivicNetError) as refusal:
        follow_up_case(actor=SYSTEM, case=case, solved=True, satisfaction=satisfaction)

    assert refusal.value.field == "satisfaction"
    assert fresh(case).state == "REPLIED"


def test_strangers_take_no_step(watch, submit, actor, portal, post, fresh, written):
    case = submit()
    neighbour = actor(
        [
            "civicnet_hotline.view_case",
            "civicnet_hotline.dispatch_case",
            "civicnet_hotline.handle_case",
            "civicnet_hotline.follow_up_case",
        ],
        "222403001002",
    )
    strangers = [neighbour, portal().actor, ANONYMOUS]
    before = written()

    for stranger in strangers:
        for step in [
            lambda who: sign_for_case(actor=who, case=case),
            lambda who: reply_to_case(actor=who, case=case, reply="x"),
            lambda who: return_case(actor=who, case=case, reason=ReturnReason.UNCLEAR),
            lambda who: follow_up_case(actor=who, case=case, solved=True),
            lambda who: dispatch_case(actor=who, case=case, post=post),
            lambda who: withdraw_case(actor=who, case=case),
        ]:
            with pytest.raises(CivicNetError) as refusal:
                step(stranger)
            assert refusal.value.code == "FORBIDDEN"

    assert written() == before
    assert fresh(case).state == "DISPATCHED"


def test_an_office_handles_for_a_post_without_an_account(watch, submit, actor, post):
    watch.post = type(post)(post.grid_code, post.organisation_id, post.key, post.label, None)
    case = submit()
    community = actor(["civicnet_hotline.handle_case"], "222403001001")

    case = sign_for_case(actor=community, case=case)

    assert (case.state, case.assignee_id) == ("SIGNED_FOR", None)


def test_a_dispatcher_of_one_community_cannot_give_cases_to_another(watch, submit, actor, city, post, fresh):
    case = submit()
    return_case(actor=SYSTEM, case=case, reason=ReturnReason.OTHER_AREA)
    dispatcher = actor(["civicnet_hotline.dispatch_case"], "222403001001")
    elsewhere = type(post)("222403001002001", city["222403001002"].pk, "watch.post:2", "北苑社区第1网格", None)

    with pytest.raises(CivicNetError) as refusal:
        dispatch_case(actor=dispatcher, case=case, post=elsewhere)

    assert refusal.value.code == "FORBIDDEN"
    assert fresh(case).state == "RETURNED"


def test_what_was_routed_nowhere_is_the_citys_to_dispatch(submit, actor, post, fresh):
    case = submit(place=Place(address="不知何处"))
    subdistrict = actor(["civicnet_hotline.dispatch_case"], "222403001")
    city_office = actor(["civicnet_hotline.dispatch_case"], "222403")

    with pytest.raises(CivicNetError) as refusal:
        dispatch_case(actor=subdistrict, case=case, post=post)
    assert (refusal.value.code, fresh(case).state) == ("FORBIDDEN", "TO_DISPATCH")

    assert dispatch_case(actor=city_office, case=case, post=post).state == "DISPATCHED"


def test_a_portal_takes_back_its_own_request_only(watch, submit, portal, fresh):
    sender, other = portal("one"), portal("two")
    case = submit(actor=sender.actor, source=Source.OPEN311)

    with pytest.raises(CivicNetError) as refusal:
        withdraw_case(actor=other.actor, case=case)
    assert (refusal.value.code, fresh(case).state) == ("FORBIDDEN", "DISPATCHED")

    assert withdraw_case(actor=sender.actor, case=case, reason="已自行解决").open311_status == "closed"


def test_the_trail_is_only_ever_added_to(submit):
    step = CaseStep.objects.filter(case=submit()).first()
    step.note = "rewritten"

    for rewriting in (step.save, step.delete, CaseStep.objects.all().delete, CaseStep.objects.all().update):
        with pytest.raises(AppendOnlyError):
            rewriting()


def test_a_number_in_a_note_is_kept_neither_in_the_trail_nor_in_the_audit(submit):
    case = withdraw_case(actor=SYSTEM, case=submit(), reason="已致电140 0000 0001，不再需要")

    masked = "已致电140******0001，不再需要"
    assert CaseStep.objects.filter(case=case).latest("pk").note == masked
    assert AuditRecord.objects.latest("pk").reason == masked
