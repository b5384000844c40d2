"""A key for a mutation: sent again it acts once, and gives what it gave."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from civicnet.gateway.idempotency import forget_calls
from civicnet.gateway.models import IdempotentCall
from civicnet_hotline.models import Case, Source

SUBMIT = """
mutation ($input: HotlineSubmitCaseInput!, $key: String) {
  hotlineSubmitCase(input: $input, idempotencyKey: $key) {
    case { id number state steps { action } dueAt } errors { code field }
  }
}
"""
WITHDRAW = """
mutation ($number: String!, $key: String) {
  hotlineWithdrawCase(number: $number, reason: "已解决", idempotencyKey: $key) { case { number state } errors { code field } }
}
"""
WORDS, PHONE = "路灯不亮三天了", "13912345001"
GOOD = {"category": "street-light", "description": WORDS, "address": "红旗社区第1网格2号楼", "callerPhone": PHONE}

pytestmark = pytest.mark.usefixtures("street_light")


@pytest.fixture
def sender(portal: Callable[..., Any]) -> Any:
    return portal("sender")


@pytest.fixture
def withdraw(graphql: Callable[..., Any], sender: Any) -> Callable[..., Any]:
    def ask(number: str, key: str | None, by: str = "") -> Any:
        given = {"number": number, "key": key}
        return graphql(WITHDRAW, key=by or sender.key, variables=given)["data"]["hotlineWithdrawCase"]

    return ask


def code_of(payload: dict[str, Any]) -> tuple[str, str]:
    (error,) = payload["errors"]
    assert payload["case"] is None
    return error["code"], error["field"]


def test_the_same_key_and_input_give_the_same_payload_and_act_once(submit, sender, withdraw, written):
    case = submit(actor=sender.actor, source=Source.PORTAL)
    first = withdraw(case.number, "k-1")
    after = written()

    assert first == {"case": {"number": case.number, "state": "WITHDRAWN"}, "errors": []}
    assert withdraw(case.number, "k-1") == first
    assert code_of(withdraw(case.number, "k-2")) == ("CASE_STATE", None)
    assert code_of(withdraw(case.number, None)) == ("CASE_STATE", None)
    assert written() == after


def test_a_case_that_was_withdrawn_is_not_submitted_again_under_its_key(graphql, sender, withdraw):
    given = {"input": GOOD, "key": "k-1"}
    first = graphql(SUBMIT, key=sender.key, variables=given)["data"]["hotlineSubmitCase"]["case"]
    withdraw(first["number"], None)

    again = graphql(SUBMIT, key=sender.key, variables=given)["data"]["hotlineSubmitCase"]["case"]

    assert (again["number"], again["state"]) == (first["number"], "WITHDRAWN")
    assert [step["action"] for step in again["steps"]] == ["ACCEPT", "QUEUE", "WITHDRAW"]
    assert Case.objects.count() == 1


def test_the_same_key_with_other_input_or_another_mutation_is_a_conflict(graphql, sender, withdraw, written):
    graphql(SUBMIT, key=sender.key, variables={"input": GOOD, "key": "k-1"})
    before = written()

    other = graphql(SUBMIT, key=sender.key, variables={"input": GOOD | {"description": "别的"}, "key": "k-1"})

    assert code_of(other["data"]["hotlineSubmitCase"]) == ("IDEMPOTENCY_CONFLICT", "idempotencyKey")
    assert code_of(withdraw(Case.objects.get().number, "k-1")) == ("IDEMPOTENCY_CONFLICT", "idempotencyKey")
    assert written() == before


def test_keys_of_two_clients_are_two_keys(submit, portal, sender, withdraw):
    other = portal("other")
    mine, theirs = (submit(actor=one.actor, source=Source.PORTAL) for one in (sender, other))

    assert withdraw(mine.number, "k-1")["case"] == {"number": mine.number, "state": "WITHDRAWN"}
    assert withdraw(theirs.number, "k-1", other.key)["case"] == {"number": theirs.number, "state": "WITHDRAWN"}


def test_a_refusal_keeps_nothing_and_its_key_is_free_to_try_again(graphql, sender, written):
    before = written()
    refused = graphql(SUBMIT, key=sender.key, variables={"input": GOOD | {"address": ""}, "key": "k-1"})

    assert code_of(refused["data"]["hotlineSubmitCase"]) == ("PLACE_MISSING", "address")
    assert (written(), IdempotentCall.objects.count()) == (before, 0)
    assert graphql(SUBMIT, key=sender.key, variables={"input": GOOD, "key": "k-1"})["data"]["hotlineSubmitCase"]["case"]


def test_a_deed_whose_key_cannot_be_kept_is_not_done(graphql, sender, written, monkeypatch):
    before = written()

    def fail(*_given: Any, **_named: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(type(IdempotentCall.objects), "update_or_create", fail)
    answer = graphql(SUBMIT, key=sender.key, variables={"input": GOOD, "key": "k-1"})

    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL_ERROR"
    assert written() == before


def test_a_client_that_lost_its_rights_is_told_nothing_under_an_old_key(graphql, sender):
    given = {"input": GOOD, "key": "k-1"}
    graphql(SUBMIT, key=sender.key, variables=given)
    sender.client.scopes = []
    sender.client.save()

    assert code_of(graphql(SUBMIT, key=sender.key, variables=given)["data"]["hotlineSubmitCase"]) == ("NOT_FOUND", None)


@pytest.mark.parametrize("wrong", ["", "x" * 65])
def test_a_key_of_no_or_too_many_signs_is_refused(graphql, sender, written, wrong):
    before = written()
    answer = graphql(SUBMIT, key=sender.key, variables={"input": GOOD, "key": wrong})

    assert code_of(answer["data"]["hotlineSubmitCase"]) == ("IDEMPOTENCY_KEY", "idempotencyKey")
    assert written() == before


def test_nobody_in_particular_has_no_keys(graphql):
    answer = graphql(SUBMIT, variables={"input": GOOD, "key": "k-1"})

    assert code_of(answer["data"]["hotlineSubmitCase"]) == ("IDEMPOTENCY_KEY", "idempotencyKey")


def test_a_key_may_come_in_the_header_of_a_document_with_one_mutation(client: Client, submit, sender):
    case = submit(actor=sender.actor, source=Source.PORTAL)
    one = f'hotlineWithdrawCase(number: "{case.number}") {{ case {{ state }} errors {{ code }} }}'

    def ask(query: str) -> Any:
        headers = {"authorization": f"Bearer {sender.key}", "idempotency-key": "k-1"}
        answer = client.post(
            "/graphql/", json.dumps({"query": query}), content_type="application/json", headers=headers
        )
        return answer.json()["data"]

    both = ask(f"mutation {{ a: {one} b: {one} }}")
    first, again = ask(f"mutation {{ {one} }}"), ask(f"mutation {{ {one} }}")

    refused = {"case": None, "errors": [{"code": "IDEMPOTENCY_KEY"}]}
    assert both == {"a": refused, "b": refused}
    assert first == again == {"hotlineWithdrawCase": {"case": {"state": "WITHDRAWN"}, "errors": []}}


def test_after_a_day_a_key_is_new_whether_or_not_the_night_took_it(submit, sender, withdraw):
    case = submit(actor=sender.actor, source=Source.PORTAL)
    withdraw(case.number, "k-1")
    now = timezone.now()

    assert forget_calls(now=now + timedelta(hours=23)) == 0
    IdempotentCall.objects.update(created_at=now - timedelta(hours=24))
    assert code_of(withdraw(case.number, "k-1")) == ("CASE_STATE", None)
    assert forget_calls() == 1


def test_what_is_kept_holds_nothing_that_the_caller_wrote(graphql, sender):
    graphql(SUBMIT, key=sender.key, variables={"input": GOOD, "key": PHONE})

    (row,) = IdempotentCall.objects.values("mark", "digest", "result")
    assert row["result"] == Case.objects.get().number
    assert not [word for word in (WORDS, PHONE, GOOD["address"]) if word in str(row)]
