"""Assessment forms over GraphQL: for those who may see them, without anything about a person."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client

FORMS = """query ($first: Int, $year: Int) { assessmentForms(first: $first, year: $year) {
  totalCount nodes { id year title opens closes regularWeight annualWeight organisationCode organisationName
  items { code label most method } } } }"""


@pytest.fixture
def key(city):
    """Gives a portal a key over one subtree."""

    def make(organisation: str = "222403") -> str:
        _client, made = create_client(
            name=f"演示门户{organisation}",
            organisation=city[organisation],
            scopes=["assessment.read"],
            actor=SYSTEM,
        )
        return made

    return make


def test_a_portal_reads_forms_with_their_items(form, key, graphql):
    [node] = graphql(FORMS, key=key())["data"]["assessmentForms"]["nodes"]

    number = node.pop("id")
    assert node == {
        "year": 2026,
        "title": "2026 年度考核",
        "opens": form.opens.isoformat(),
        "closes": form.closes.isoformat(),
        "regularWeight": 60,
        "annualWeight": 40,
        "organisationCode": "222403",
        "organisationName": "敦化市",
        "items": [
            {"code": "visits", "label": "入户走访", "most": "40.00", "method": "ON_SITE_CHECK"},
            {"code": "report", "label": "述职", "most": "20.50", "method": "SELF_REPORT"},
        ],
    }
    one = graphql("query ($id: ID!) {assessmentForm(id: $id) {title}}", key=key("222403001"), variables={"id": number})
    assert one["data"]["assessmentForm"] == {"title": "2026 年度考核"}


def test_nobody_in_particular_sees_a_form(form, key, graphql):
    number = graphql(FORMS, key=key())["data"]["assessmentForms"]["nodes"][0]["id"]

    assert graphql(FORMS)["data"]["assessmentForms"] == {"totalCount": 0, "nodes": []}
    for field in ("assessmentForm", "node"):
        answer = graphql(f"query ($id: ID!) {{{field}(id: $id) {{id}}}}", variables={"id": number})
        assert answer["data"] == {field: None}


def test_a_neighbours_form_is_not_seen(opened, key, graphql):
    opened()

    assert graphql(FORMS, key=key("222403100"))["data"]["assessmentForms"]["totalCount"] == 0


def test_an_id_of_something_else_is_no_form_and_nonsense_is_an_error(form, key, graphql):
    portal = key()
    ask = "query ($id: ID!) {assessmentForm(id: $id) {title}}"

    assert graphql(ask, key=portal, variables={"id": "R3JpZDox"})["data"] == {"assessmentForm": None}
    [error] = graphql(ask, key=portal, variables={"id": "?"})["errors"]
    assert error["extensions"]["code"] == "INVALID_ID"


def test_more_forms_take_no_more_statements(form, opened, key, graphql):
    portal = key()
    graphql(FORMS, key=portal)

    with CaptureQueriesContext(connection) as one:
        graphql(FORMS, key=portal)
    for year in range(2000, 2020):
        opened(year=year)
    with CaptureQueriesContext(connection) as many:
        answer = graphql(FORMS, key=portal, variables={"first": 50})

    assert answer["data"]["assessmentForms"]["totalCount"] == 21
    assert len(many) == len(one)
    assert graphql(FORMS, key=portal, variables={"year": 2003})["data"]["assessmentForms"]["totalCount"] == 1
