"""Grids over GraphQL: own subtree, no people, and a constant number of statements."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet_grid.models import Post
from civicnet_grid.services import apply_roster, record_absence

PAGE = """query ($first: Int, $after: String, $organisation: String) {
  grids(first: $first, after: $after, organisation: $organisation) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { id code name kind households organisationCode organisationName
            posts { level kind duty seat label onDuty } }
  }
}"""


@pytest.fixture
def key(city):
    """Gives a portal a key over one subtree."""

    def make(organisation: str = "222403") -> str:
        _client, made = create_client(
            name=f"演示门户{organisation}", organisation=city[organisation], scopes=["grid.read"], actor=SYSTEM
        )
        return made

    return make


def test_a_portal_reads_grids_with_posts_and_who_is_on_duty(team, key, graphql):
    primary = Post.objects.select_related("grid__organisation", "worker").get(worker__name="演示4")
    today = timezone.localdate()
    record_absence(post=primary, first_day=today, last_day=today, actor=SYSTEM)

    answer = graphql(PAGE, key=key())

    assert "errors" not in answer
    [node] = answer["data"]["grids"]["nodes"]
    node.pop("id")
    assert node == {
        "code": "222403001001001",
        "name": "红旗社区第1网格",
        "kind": "COMPREHENSIVE",
        "households": None,
        "organisationCode": "222403001001",
        "organisationName": "红旗社区",
        "posts": [
            post(1, "GRID_LEAD", "PRIMARY", "红旗社区第1网格 一级网格长", True),
            post(2, "GRID_WORKER", "PRIMARY", "红旗社区第1网格 二级网格员（主岗）", True),
            post(2, "GRID_WORKER", "BACKUP", "红旗社区第1网格 二级网格员（备岗）", False),
            post(3, "GRID_WORKER", "PRIMARY", "红旗社区第1网格 三级网格员（主岗）", False),
            post(3, "GRID_WORKER", "BACKUP", "红旗社区第1网格 三级网格员（备岗）", True),
        ],
    }


def post(level, kind, duty, label, on_duty):
    """A post as the answer holds it."""
    return {"level": level, "kind": kind, "duty": duty, "seat": 1, "label": label, "onDuty": on_duty}


def test_nobody_in_particular_and_a_neighbour_see_no_grid(team, key, graphql):
    for who in (None, key("222403100")):
        answer = graphql(PAGE, key=who)

        assert answer["data"]["grids"] == {
            "totalCount": 0,
            "pageInfo": {"hasNextPage": False, "endCursor": None},
            "nodes": [],
        }
        assert graphql('{grid(code: "222403001001001") {name}}', key=who)["data"] == {"grid": None}


def test_a_grid_is_found_by_its_code_and_by_its_id(team, key, graphql):
    portal = key()

    by_code = graphql('{grid(code: "222403001001001") {id name posts {level}}}', key=portal)["data"]["grid"]
    again = graphql(
        "query ($id: ID!) {node(id: $id) {... on Grid {name}}}", key=portal, variables={"id": by_code["id"]}
    )

    assert (by_code["name"], len(by_code["posts"])) == ("红旗社区第1网格", 5)
    assert again["data"]["node"] == {"name": "红旗社区第1网格"}
    assert graphql('{grid(code: "000000000000000") {name}}', key=portal)["data"] == {"grid": None}


def test_grids_are_narrowed_to_an_organisation_and_an_unknown_one_is_an_error(team, row, key, graphql):
    there = {"organisation_code": "222403100200", "grid_code": "222403100200001"}
    apply_roster(rows=[row(9, **there)], actor=SYSTEM)
    portal = key()

    def codes(organisation):
        nodes = graphql(PAGE, key=portal, variables={"organisation": organisation})["data"]["grids"]["nodes"]
        return [node["code"] for node in nodes]

    assert codes("222403") == ["222403001001001", "222403100200001"]
    assert codes("222403001") == ["222403001001001"]
    assert codes("222403100200") == ["222403100200001"]
    assert codes("222403001002") == []
    [error] = graphql(PAGE, key=portal, variables={"organisation": "999"})["errors"]
    assert error["extensions"] == {"code": "NOT_FOUND", "field": "organisation"}


def test_pages_follow_each_other_without_gap_or_double(team, row, key, graphql):
    codes = [f"222403001001{serial:03d}" for serial in range(1, 6)]
    apply_roster(rows=[row(20 + at, grid_code=code) for at, code in enumerate(codes)], actor=SYSTEM)
    portal, read, after = key(), [], None

    for _page in range(3):
        page = graphql(PAGE, key=portal, variables={"first": 2, "after": after})["data"]["grids"]
        read += [node["code"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]

    assert read == codes
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (5, False)


def test_more_grids_take_no_more_statements(team, row, key, graphql):
    portal = key()
    graphql(PAGE, key=portal)

    with CaptureQueriesContext(connection) as one:
        graphql(PAGE, key=portal)
    apply_roster(rows=[row(20 + at, grid_code=f"222403001001{at:03d}") for at in range(2, 40)], actor=SYSTEM)
    with CaptureQueriesContext(connection) as many:
        answer = graphql(PAGE, key=portal, variables={"first": 100})

    assert len(answer["data"]["grids"]["nodes"]) == 39
    assert len(many) == len(one)


def test_posts_are_only_read_when_they_are_asked_for(team, key, graphql):
    portal = key()
    graphql("{grids {nodes {code}}}", key=portal)

    with CaptureQueriesContext(connection) as without:
        graphql("{grids {nodes {code}}}", key=portal)

    assert not [query for query in without.captured_queries if "civicnet_grid_post" in query["sql"]]


def test_no_answer_holds_a_name_a_phone_or_an_id_number(team, key, graphql, row):
    answer = json.dumps(graphql(PAGE, key=key()), ensure_ascii=False)
    kept = graphql("{__schema {types {name fields {name}}}}")["data"]["__schema"]["types"]

    for person in range(1, 6):
        given = row(person)
        assert not any(secret in answer for secret in (given.name, given.phone, given.id_number))
    grid = next(kind for kind in kept if kind["name"] == "GridPost")
    assert {field["name"] for field in grid["fields"]} == {"level", "kind", "duty", "seat", "label", "onDuty"}
