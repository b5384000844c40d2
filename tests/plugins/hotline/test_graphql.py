"""GraphQL: the same cases and the same rules for portals."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civicnet_hotline.models import Case, Source
from civicnet_hotline.services import Caller, Place, reply_to_case, return_case, sign_for_case

CASE = """
  number state open311Status category categoryName description address addressId organisationCode gridCode postLabel
  requestedAt updatedAt dueAt reply steps { action fromState toState reason note }
"""
SUBMIT = """
mutation ($input: HotlineSubmitCaseInput!) {
  hotlineSubmitCase(input: $input) { case { id number state } errors { code field message } }
}
"""
WITHDRAW = """
mutation ($number: String!) {
  hotlineWithdrawCase(number: $number, reason: "已自行解决") { case { state open311Status } errors { code field message } }
}
"""
GOOD = {"category": "street-light", "description": "路灯不亮", "address": "红旗社区第1网格2号楼"}


@pytest.fixture
def sender(portal):
    return portal("sender")


def test_categories_are_public(graphql, street_light):
    answer = graphql("{ hotlineCategories { nodes { code name description keywords group } totalCount } }")

    category = {
        "code": "street-light",
        "name": "路灯照明",
        "description": "路灯不亮、损坏",
        "keywords": "路灯,照明",
        "group": "HELP",
    }
    assert answer == {"data": {"hotlineCategories": {"nodes": [category], "totalCount": 1}}}


def test_a_portal_reads_its_case_with_every_step(graphql, watch, submit, sender, worker_actor):
    case = submit(actor=sender.actor, source=Source.OPEN311, caller=Caller(name="演示居民", phone="04331234567"))
    sign_for_case(actor=worker_actor, case=case)
    case = reply_to_case(actor=worker_actor, case=case, reply="已更换灯泡。")

    answer = graphql(
        f"query ($n: String!) {{ hotlineCase(number: $n) {{ {CASE} }} }}",
        key=sender.key,
        variables={"n": case.number},
    )

    label = "红旗社区第1网格 三级网格员（主岗）"
    assert answer == {
        "data": {
            "hotlineCase": {
                "number": case.number,
                "state": "REPLIED",
                "open311Status": "open",
                "category": "street-light",
                "categoryName": "路灯照明",
                "description": "路灯不亮",
                "address": "红旗社区第1网格2号楼",
                "addressId": "",
                "organisationCode": "222403001001",
                "gridCode": "222403001001001",
                "postLabel": label,
                "requestedAt": case.requested_at.isoformat(),
                "updatedAt": case.updated_at.isoformat(),
                "dueAt": answer["data"]["hotlineCase"]["dueAt"],
                "reply": "已更换灯泡。",
                "steps": [
                    {"action": "ACCEPT", "fromState": None, "toState": "ACCEPTED", "reason": None, "note": ""},
                    {
                        "action": "DISPATCH",
                        "fromState": "ACCEPTED",
                        "toState": "DISPATCHED",
                        "reason": None,
                        "note": label,
                    },
                    {
                        "action": "SIGN_FOR",
                        "fromState": "DISPATCHED",
                        "toState": "SIGNED_FOR",
                        "reason": None,
                        "note": "",
                    },
                    {"action": "REPLY", "fromState": "SIGNED_FOR", "toState": "REPLIED", "reason": None, "note": ""},
                ],
            }
        }
    }


def test_a_case_that_was_sent_back_says_why(graphql, watch, submit, sender, worker_actor):
    case = submit(actor=sender.actor, source=Source.OPEN311)
    return_case(actor=worker_actor, case=case, reason="OTHER_DUTY")

    answer = graphql("{ hotlineCases { nodes { steps { reason } } } }", key=sender.key)

    assert [step["reason"] for step in answer["data"]["hotlineCases"]["nodes"][0]["steps"]] == [
        None,
        None,
        "OTHER_DUTY",
    ]


def test_cases_are_read_page_by_page_and_by_state(graphql, watch, submit, sender):
    given = {"actor": sender.actor, "source": Source.OPEN311}
    numbers = [submit(str(n), **given).number for n in range(3)]
    waiting = submit("x", place=Place(address="不知何处"), **given).number
    query = """query ($after: String, $state: HotlineState) {
      hotlineCases(first: 2, after: $after, state: $state) { nodes { number } pageInfo { hasNextPage endCursor } totalCount }
    }"""

    first = graphql(query, key=sender.key)["data"]["hotlineCases"]
    second = graphql(query, key=sender.key, variables={"after": first["pageInfo"]["endCursor"]})["data"]["hotlineCases"]
    some = graphql(query, key=sender.key, variables={"state": "TO_DISPATCH"})["data"]["hotlineCases"]

    assert [one["number"] for one in first["nodes"] + second["nodes"]] == [waiting, *reversed(numbers)]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert (some["nodes"], some["totalCount"]) == ([{"number": waiting}], 1)


def test_nobody_else_reads_it(graphql, submit, sender, portal):
    case = submit(actor=sender.actor, source=Source.OPEN311)
    query = f'{{ hotlineCase(number: "{case.number}") {{ number }} hotlineCases {{ totalCount }} }}'

    for key in (None, portal("other").key, portal("none", scopes=()).key):
        answer = graphql(query, key=key)
        assert answer == {"data": {"hotlineCase": None, "hotlineCases": {"totalCount": 0}}}


def test_a_node_is_found_by_its_id_and_only_by_who_may_see_it(graphql, submit, sender, portal, street_light):
    submit(actor=sender.actor, source=Source.OPEN311)
    ids = graphql("{ hotlineCases { nodes { id } } hotlineCategories { nodes { id } } }", key=sender.key)["data"]
    case, category = ids["hotlineCases"]["nodes"][0]["id"], ids["hotlineCategories"]["nodes"][0]["id"]
    query = """query ($case: ID!, $category: ID!) {
      case: node(id: $case) { ... on HotlineCase { description steps { action } } }
      category: node(id: $category) { ... on HotlineCategory { code } }
    }"""
    variables = {"case": case, "category": category}

    mine = graphql(query, key=sender.key, variables=variables)["data"]
    other = graphql(query, key=portal("other").key, variables=variables)["data"]

    assert mine["case"] == {"description": "路灯不亮", "steps": [{"action": "ACCEPT"}, {"action": "QUEUE"}]}
    assert (other["case"], other["category"]) == (None, {"code": "street-light"})


def test_a_long_list_with_steps_costs_as_many_statements_as_a_short_one(graphql, watch, submit, sender):
    def statements(first):
        with CaptureQueriesContext(connection) as captured:
            answer = graphql(f"{{ hotlineCases(first: {first}) {{ nodes {{ {CASE} }} }} }}", key=sender.key)
        assert len(answer["data"]["hotlineCases"]["nodes"]) == first
        return [one["sql"] for one in captured if "civicnet_hotline" in one["sql"]]

    for number in range(10):
        submit(str(number), actor=sender.actor, source=Source.OPEN311)

    assert [len(statements(first)) for first in (1, 10)] == [2, 2]


def test_a_portal_submits_and_a_repetition_gives_the_same_case(graphql, watch, street_light, sender):
    first = graphql(SUBMIT, key=sender.key, variables={"input": GOOD})["data"]["hotlineSubmitCase"]
    again = graphql(SUBMIT, key=sender.key, variables={"input": GOOD})["data"]["hotlineSubmitCase"]

    case = Case.objects.get()
    assert (first["case"]["number"], first["case"]["state"], first["errors"]) == (case.number, "DISPATCHED", [])
    assert again == first
    assert (case.source, case.client_id) == ("PORTAL", sender.client.pk)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"category": "no-such"}, "UNKNOWN_CATEGORY", "category"),
        ({"address": ""}, "PLACE_MISSING", "address"),
        ({"address": None}, "PLACE_MISSING", "address"),
        ({"description": ""}, "INVALID_INPUT", "description"),
        ({"description": "路" * 4001}, "INVALID_INPUT", "description"),
        ({"latitude": 91.0, "longitude": 0.0}, "INVALID_INPUT", "latitude"),
        ({"addressId": "1" * 65}, "INVALID_INPUT", "addressId"),
        ({"callerPhone": "call me"}, "INVALID_INPUT", "callerPhone"),
    ],
)
def test_a_refusal_is_in_the_payload_and_stores_nothing(graphql, street_light, sender, written, wrong, code, field):
    before = written()

    answer = graphql(SUBMIT, key=sender.key, variables={"input": GOOD | wrong})

    payload = answer["data"]["hotlineSubmitCase"]
    assert payload["case"] is None
    assert [(one["code"], one["field"]) for one in payload["errors"]] == [(code, field)]
    assert payload["errors"][0]["message"]
    assert written() == before


def test_without_the_scope_nothing_is_submitted(graphql, street_light, portal, written):
    reader = portal("reader", scopes=("hotline.read",))
    before = written()

    for key in (None, reader.key):
        answer = graphql(SUBMIT, key=key, variables={"input": GOOD})
        assert answer["data"]["hotlineSubmitCase"]["errors"][0]["code"] == "FORBIDDEN"

    assert written() == before


def test_a_portal_withdraws_its_own_case_once(graphql, watch, submit, sender, portal, fresh):
    case = submit(actor=sender.actor, source=Source.OPEN311)
    variables = {"number": case.number}

    stranger = graphql(WITHDRAW, key=portal("other").key, variables=variables)["data"]["hotlineWithdrawCase"]
    first = graphql(WITHDRAW, key=sender.key, variables=variables)["data"]["hotlineWithdrawCase"]
    second = graphql(WITHDRAW, key=sender.key, variables=variables)["data"]["hotlineWithdrawCase"]

    assert (stranger["case"], stranger["errors"][0]["code"]) == (None, "NOT_FOUND")
    assert first == {"case": {"state": "WITHDRAWN", "open311Status": "closed"}, "errors": []}
    assert (second["case"], second["errors"][0]["code"]) == (None, "CASE_STATE")
    assert fresh(case).state == "WITHDRAWN"


def test_callers_are_not_part_of_the_schema(client, db):
    sdl = client.get("/graphql/schema.graphql").content.decode()

    assert "type HotlineCase implements Node" in sdl
    assert "caller" not in sdl.split("type HotlineCase implements Node")[1].split("}")[0].lower().replace(
        "callers are", ""
    )
