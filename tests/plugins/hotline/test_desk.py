"""The worker's desk: sign for it, reply, return it; nothing else is asked of a worker."""

from __future__ import annotations

import re

import pytest

from civicnet.ledger.models import AuditRecord
from civicnet_hotline.models import CaseStep
from civicnet_hotline.services import Caller, sign_for_case

DESK = "/desk/hotline/"


@pytest.fixture
def desk(client, worker, watch):
    """The worker, signed in."""
    client.force_login(worker)
    return client


def test_a_stranger_is_asked_to_sign_in(client, submit, watch, fresh):
    case = submit()

    answers = [client.get(DESK), client.get(f"{DESK}{case.number}/"), client.post(f"{DESK}{case.number}/sign/")]

    assert [one.status_code for one in answers] == [302, 302, 302]
    assert all("/desk/sign-in/" in one["Location"] for one in answers)
    assert fresh(case).state == "DISPATCHED"


def test_an_empty_desk_says_what_comes_next(desk):
    assert "没有等您处理的工单，您网格的新工单会出现在这里。" in desk.get(DESK).content.decode()


def test_each_card_has_one_main_act(desk, submit, worker_actor):
    new, signed = submit("新的"), submit("已签收的")
    sign_for_case(actor=worker_actor, case=signed)

    text = desk.get(DESK).content.decode()

    cards = re.findall(r'<article class="card" id="case-([\d-]+)"(.+?)</article>', text, re.S)
    assert [number for number, _card in cards] == [new.number, signed.number]
    assert f'action="{DESK}{new.number}/sign/"' in cards[0][1] and "签收" in cards[0][1]
    assert f'href="{DESK}{signed.number}/#reply"' in cards[1][1] and "答复" in cards[1][1]


def test_signing_replying_and_done(desk, submit, fresh, trail):
    case = submit()

    signed = desk.post(f"{DESK}{case.number}/sign/")
    replied = desk.post(f"{DESK}{case.number}/reply/", {"reply": "已更换灯泡。"}, follow=True)

    assert signed["Location"] == f"{DESK}{case.number}/"
    assert replied.redirect_chain == [(DESK, 302)]
    assert f"对 {case.number} 的答复已提交。" in replied.content.decode()
    assert (fresh(case).state, fresh(case).reply) == ("REPLIED", "已更换灯泡。")


def test_a_return_is_three_taps(desk, submit, fresh):
    case = submit()
    text = desk.get(f"{DESK}{case.number}/").content.decode()
    assert re.findall(r'type="radio" name="reason" value="(\w+)"', text) == ["OTHER_AREA", "OTHER_DUTY", "UNCLEAR"]

    response = desk.post(f"{DESK}{case.number}/return/", {"reason": "OTHER_DUTY"}, follow=True)

    assert f"{case.number} 已退回调度人员。" in response.content.decode()
    assert fresh(case).state == "RETURNED"
    assert CaseStep.objects.filter(case=case).last().reason == "OTHER_DUTY"


@pytest.mark.parametrize(
    ("act", "sent", "status", "sentence"),
    [
        ("reply", {"reply": ""}, 400, "请填写此项。"),
        ("return", {"reason": "LAZY"}, 400, "此项不可选，请重新选择。"),
        ("sign", {}, 409, "工单已有新进展，这一步不再适用，请刷新后再看。"),
    ],
)
def test_what_stands_against_an_act_is_told_and_nothing_changes(
    desk, submit, worker_actor, fresh, written, act, sent, status, sentence
):
    case = sign_for_case(actor=worker_actor, case=submit())
    before = written()

    response = desk.post(f"{DESK}{case.number}/{act}/", sent)

    assert response.status_code == status
    assert sentence in response.content.decode()
    assert (fresh(case).state, written()) == ("SIGNED_FOR", before)


def test_a_reply_that_came_too_late_is_not_lost(desk, submit, fresh):
    case = submit()

    response = desk.post(f"{DESK}{case.number}/reply/", {"reply": "已更换灯泡。"})

    assert response.status_code == 409
    assert "工单已有新进展" in response.content.decode()
    assert fresh(case).reply == ""


@pytest.mark.parametrize("act", ["follow-up", "withdraw", "dispatch", "other"])
def test_the_offices_acts_are_not_on_the_desk(desk, submit, fresh, act):
    case = submit()

    assert desk.post(f"{DESK}{case.number}/{act}/").status_code == 404
    assert fresh(case).state == "DISPATCHED"


def test_another_workers_case_does_not_exist_here(client, submit, watch, staff, fresh):
    case = submit()
    client.force_login(staff([], "222403001002", username="neighbour"))

    answers = [client.get(f"{DESK}{case.number}/"), client.post(f"{DESK}{case.number}/sign/")]

    assert [one.status_code for one in answers] == [404, 404]
    assert fresh(case).state == "DISPATCHED"


def test_the_callers_number_is_masked_until_a_reason_is_given(desk, submit):
    case = submit(caller=Caller(name="演示居民", phone="04331234567"))
    address = f"{DESK}{case.number}/"

    masked = desk.get(address).content.decode()
    without_reason = desk.post(f"{address}phone/", {"reason": " "})
    shown = desk.post(f"{address}phone/", {"reason": "核实地点"}).content.decode()

    assert "043****4567" in masked and "04331234567" not in masked and "演示居民" not in masked
    assert without_reason.status_code == 400 and "04331234567" not in without_reason.content.decode()
    assert 'href="tel:04331234567"' in shown
    record = AuditRecord.objects.get(action="hotline.reveal_phone")
    assert (record.actor_label, record.object_label, record.reason) == ("演示worker", case.number, "核实地点")
    assert "04331234567" not in str([record.before, record.after])


def test_the_desk_asks_for_no_photo_no_position_and_no_check_in(desk, submit):
    case = submit()

    text = desk.get(DESK).content.decode() + desk.get(f"{DESK}{case.number}/").content.decode()

    assert 'type="file"' not in text
    assert "geolocation" not in text and "capture" not in text


def test_the_tab_is_in_the_bottom_bar(desk):
    assert re.search(r'<a href="/desk/hotline/" aria-current="page">.*?工单</a>', desk.get(DESK).content.decode())


def test_markup_in_a_request_stays_text_on_the_desk(desk, submit):
    case = submit('<script>alert(1)</script> " onload="x')

    for path in (DESK, f"{DESK}{case.number}/"):
        assert "<script>alert" not in desk.get(path).content.decode()
