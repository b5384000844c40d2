"""Forged ids: what belongs to somebody else is answered, byte for byte, like what does not exist."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.contract import ANONYMOUS
from civicnet.gateway.composer import compose
from civicnet.gateway.ids import to_global_id
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.registry import registry
from civicnet_grid.models import Grid, GridKind
from civicnet_hotline.models import Case, CaseState, Group, Source
from civicnet_hotline.services import Caller, Place, open_category, submit_case

ABSENT = 987_654
# Read by everybody: there is nothing to hide about them.
PUBLIC = {"HotlineCategory", "PublicityArticle", "PublicityColumn"}
Ask = Any


@pytest.fixture
def hidden(city) -> dict[str, Any]:
    """A grid and a case of one community, and a form of its subdistrict."""
    open_category(actor=SYSTEM, code="street-light", name="路灯照明", group=Group.HELP, description="", keywords="路灯")
    case = submit_case(
        actor=ANONYMOUS,
        source=Source.WEB,
        category="street-light",
        description="路灯不亮",
        place=Place(address="红旗社区2号楼"),
        caller=Caller(),
    )
    Case.objects.filter(pk=case.pk).update(organisation=city["222403001001"])
    grid = Grid.objects.create(
        organisation=city["222403001001"],
        code="222403001001001",
        name="红旗社区第1网格",
        kind=GridKind.COMPREHENSIVE,
        valid_from=date(2026, 1, 1),
    )
    return {"Grid": grid, "HotlineCase": case}


@pytest.fixture(params=["key of a neighbour", "staff of a neighbour", "key without scopes", "nobody"])
def asked(request, city, staff) -> Ask:
    """Asks as somebody who may not know: ``asked(query, variables)`` gives the whole answer as bytes."""
    browser, headers = Client(), {}
    if request.param.startswith("key"):
        scopes = (
            ["grid.read", "hotline.read", "hotline.submit", "assessment.read"] if "neighbour" in request.param else []
        )
        place = city["222403100"] if scopes else city["222403"]
        _client, key = create_client(name="门户", organisation=place, scopes=scopes, actor=SYSTEM)
        headers["authorization"] = f"Bearer {key}"
    elif request.param.startswith("staff"):
        may = ["civicnet_grid.view_grid", "civicnet_hotline.view_case", "civicnet_hotline.dispatch_case"]
        browser.force_login(staff(may, "222403100", username="neighbour"))

    def ask(query: str, **variables: Any) -> bytes:
        body = json.dumps({"query": query, "variables": variables})
        answer = browser.post("/graphql/", body, content_type="application/json", headers=headers)
        assert answer.status_code == 200
        return bytes(answer.content)

    return ask


def test_a_node_of_another_organisation_is_no_node(hidden, asked: Ask) -> None:
    query = "query ($id: ID!) { node(id: $id) { __typename id } }"
    for name, row in hidden.items():
        assert asked(query, id=to_global_id(name, row.pk)) == asked(query, id=to_global_id(name, ABSENT))
        assert asked(query, id=to_global_id(name, row.pk)) == b'{"data":{"node":null}}'


def test_a_case_of_somebody_else_cannot_be_taken_back_nor_told_from_none(hidden, asked: Ask) -> None:
    query = (
        "mutation ($number: String!) { hotlineWithdrawCase(number: $number) { case { id } errors { code message } } }"
    )
    before = AuditRecord.objects.count()

    forged = asked(query, number=hidden["HotlineCase"].number)
    absent = asked(query, number="20990101-000001")

    assert forged == absent
    assert b'"case":null' in forged
    assert Case.objects.get().state != CaseState.WITHDRAWN
    assert AuditRecord.objects.count() == before


def test_other_ways_to_name_a_row_tell_nothing_either(hidden, asked: Ask) -> None:
    number = "query ($number: String!) { hotlineCase(number: $number) { id } }"
    code = "query ($code: String) { grids(organisation: $code) { totalCount nodes { id } } }"

    assert asked(number, number=hidden["HotlineCase"].number) == asked(number, number="20990101-000001")
    assert asked(code, code="222403001001") == asked(code, code="222403001002")


def test_an_id_of_a_type_that_is_no_node_is_like_one_of_a_type_that_is_none(hidden, asked: Ask) -> None:
    query = "query ($id: ID!) { node(id: $id) { id } }"

    answers = {asked(query, id=to_global_id(name, 1)) for name in ("User", "Worker", "ApiClient", "Nothing", "")}

    assert answers == {b'{"data":{"node":null}}'}


@pytest.mark.parametrize(
    "forged", ["", "%%%", "R3JpZA", "R3JpZDo", "R3JpZDotMQ", "R3JpZDox" * 40, "R3JpZDoxLjU", "\u0661"]
)
def test_what_is_no_id_of_ours_is_said_to_be_none(hidden, asked: Ask, forged: str) -> None:
    answer = json.loads(asked("query ($id: ID!) { node(id: $id) { id } }", id=forged))

    assert answer["data"] == {"node": None}
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_ID"


def test_every_type_of_node_answers_an_absent_row_with_none(db) -> None:
    nodes = compose(frozenset(registry.manifests)).nodes

    assert {name for name in nodes if nodes[name](ANONYMOUS, ABSENT) is not None} == set()
    assert set(nodes) - PUBLIC == {"Grid", "HotlineCase", "AssessmentForm"}


def test_whose_it_is_sees_it(hidden, city) -> None:
    _client, key = create_client(name="本区门户", organisation=city["222403001"], scopes=["grid.read"], actor=SYSTEM)
    body = {"query": "query ($id: ID!) { node(id: $id) { __typename } }"}
    body["variables"] = {"id": to_global_id("Grid", hidden["Grid"].pk)}  # type: ignore[assignment]

    answer = Client().post(
        "/graphql/", json.dumps(body), content_type="application/json", headers={"authorization": f"Bearer {key}"}
    )

    assert answer.json() == {"data": {"node": {"__typename": "Grid"}}}
