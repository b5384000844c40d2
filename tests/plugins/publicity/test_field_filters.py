"""Articles of a column are found by the fields of its type: typed, seen as in every list, paged, and at a price."""

from __future__ import annotations

from typing import Any

import pytest

from civicnet.contract import Actor
from civicnet.gateway import limits
from civicnet.records.defining import Wanted
from civicnet_publicity.models import ArticlePage, ArticleValue, ColumnPage, ColumnType
from civicnet_publicity.permissions import MANAGE_TYPES
from civicnet_publicity.services import keep_column_field, keep_column_type

MAKER = Actor(kind="staff", id="1", label="演示栏目员", permissions=frozenset({MANAGE_TYPES}))
FIELDS = (
    Wanted(key="place", label="办理地点", kind="text"),
    Wanted(key="has_fee", label="是否收费", kind="yes_no"),
    Wanted(key="days", label="办结时限", kind="whole_number"),
    Wanted(key="since", label="实施日期", kind="date"),
    Wanted(key="group", label="办理对象", kind="choice", options=["个人", "企业"]),
    Wanted(key="notes", label="说明", kind="long_text"),
)
ASKED = """query ($fields: [PublicityFieldFilter!], $first: Int, $after: String) {
    publicityArticles(column: "news", fields: $fields, first: $first, after: $after) {
        nodes { slug } totalCount pageInfo { endCursor hasNextPage }
    }
}"""
ONE = {"place": "一号窗口", "has_fee": False, "days": 3, "since": "2026-01-05", "group": "个人"}
TWO = {"place": "二号窗口", "has_fee": True, "days": 20, "since": "2025-12-31", "group": "企业"}


@pytest.fixture
def guides(sites: Any, write: Any) -> ColumnType:
    """Guides in the news: one and two, a draft like one, and one placed there from a column of another site with this type."""
    kept = keep_column_type(actor=MAKER, name="办事指南", key="guide", list_template="TABLE", article_template="BEFORE")
    for wanted in FIELDS:
        keep_column_field(actor=MAKER, of=kept.pk, wanted=wanted)
    here = [sites["gov/news"].pk, sites["party/experience"].pk]
    ColumnPage.objects.filter(pk__in=here).update(column_type=kept)
    write("gov/news", "one", field_values={"guide": ONE})
    write("gov/news", "two", field_values={"guide": TWO})
    write("gov/news", "draft", publish=False, field_values={"guide": ONE})
    write("party/experience", "placed", also_in=("gov/news",), field_values={"guide": ONE | {"days": 4}})
    # It was written in a column of the type and stands in one without: what it holds means nothing there.
    write("party/news", "elsewhere", field_values={"guide": ONE})
    return kept


FOUND: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "a text": ([{"key": "place", "equals": " 一号窗口"}], ["one", "placed"]),
    "yes or no": ([{"key": "has_fee", "equals": True}], ["two"]),
    "no, which is not nothing": ([{"key": "has_fee", "equals": False}], ["one", "placed"]),
    "a number": ([{"key": "days", "equals": 3}], ["one"]),
    "a number and more": ([{"key": "days", "from": 4}], ["placed", "two"]),
    "numbers between": ([{"key": "days", "from": 3, "to": 4}], ["one", "placed"]),
    "a day": ([{"key": "since", "equals": "2025-12-31"}], ["two"]),
    "until a day": ([{"key": "since", "to": "2026-01-04"}], ["two"]),
    "a choice": ([{"key": "group", "equals": "企业"}], ["two"]),
    "two of them": ([{"key": "group", "equals": "个人"}, {"key": "days", "to": 3}], ["one"]),
    "nothing": ([{"key": "group", "equals": "个人"}, {"key": "days", "from": 5}], []),
}


def test_articles_are_found_by_what_their_fields_hold(graphql: Any, guides: ColumnType) -> None:
    found = {}
    for case, (fields, _slugs) in FOUND.items():
        told = graphql(ASKED, variables={"fields": fields})["data"]["publicityArticles"]
        assert told["totalCount"] == len(told["nodes"])
        found[case] = sorted(one["slug"] for one in told["nodes"])

    assert found == {case: slugs for case, (_fields, slugs) in FOUND.items()}


def test_what_is_found_is_paged_as_every_list_and_costs_more(
    graphql: Any, guides: ColumnType, monkeypatch: Any
) -> None:
    asked = {"fields": [{"key": "group", "equals": "个人"}], "first": 1}

    first = graphql(ASKED, variables=asked)["data"]["publicityArticles"]
    second = graphql(ASKED, variables=asked | {"after": first["pageInfo"]["endCursor"]})["data"]["publicityArticles"]
    monkeypatch.setattr(limits, "MOST_COST", 1)
    plain, dear = (
        graphql(f"{{ publicityArticles({arguments}) {{ nodes {{ id }} }} }}")["errors"][0]["extensions"]["asked"]
        for arguments in ('column: "news"', 'column: "news", fields: [{key: "days", from: 1}]')
    )

    assert [first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]] == [True, False]
    assert [one["slug"] for page in (first, second) for one in page["nodes"]] == ["placed", "one"]
    assert dear - plain == 50


REFUSED: dict[str, tuple[list[dict[str, Any]], str, str]] = {
    "a key that nothing has": ([{"key": "Ort'", "equals": "x"}], "UNKNOWN_FIELD", "fields.0.key"),
    "a kind that is not sought": ([{"key": "notes", "equals": "x"}], "UNKNOWN_FIELD", "fields.0"),
    "an end of a text": ([{"key": "place", "from": "x"}], "UNKNOWN_FIELD", "fields.0"),
    "a text for a number": ([{"key": "days", "equals": "3"}], "BAD_FIELD_VALUE", "fields.0"),
    "yes for a number": ([{"key": "days", "equals": True}], "BAD_FIELD_VALUE", "fields.0"),
    "no day": ([{"key": "since", "from": "2026-02-30"}], "BAD_FIELD_VALUE", "fields.0"),
    "no option": ([{"key": "group", "equals": "外星人"}], "BAD_FIELD_VALUE", "fields.0"),
    "nothing": ([{"key": "days"}], "INVALID_INPUT", "fields.0"),
    "both": ([{"key": "days", "equals": 1, "to": 3}], "INVALID_INPUT", "fields.0"),
    "too many": ([{"key": "days", "equals": 1}] * 6, "INVALID_INPUT", "fields"),
}


def test_a_filter_that_does_not_do_is_refused_with_a_code(graphql: Any, guides: ColumnType) -> None:
    told = {}
    for case, (fields, _code, _field) in REFUSED.items():
        (error,) = graphql(ASKED, variables={"fields": fields})["errors"]
        told[case] = (error["extensions"]["code"], error["extensions"]["field"])
    (nowhere,) = graphql('{ publicityArticles(fields: [{key: "days", equals: 1}]) { nodes { id } } }')["errors"]

    assert told == {case: (code, field) for case, (_fields, code, field) in REFUSED.items()}
    assert (nowhere["extensions"]["code"], nowhere["extensions"]["field"]) == ("INVALID_INPUT", "column")
    assert ArticlePage.objects.count() == 5


def test_articles_are_found_by_what_readers_see_of_them(graphql: Any, guides: ColumnType) -> None:
    def found(place: str) -> list[str]:
        told = graphql(ASKED, variables={"fields": [{"key": "place", "equals": place}]})["data"]["publicityArticles"]
        return [one["slug"] for one in told["nodes"]]

    two = ArticlePage.objects.get(slug="two")
    two.field_values = {"guide": TWO | {"place": "三号窗口"}}
    draft = two.save_revision()
    written = found("三号窗口"), found("二号窗口")
    draft.publish()
    published = found("三号窗口"), found("二号窗口")
    ArticlePage.objects.get(slug="two").unpublish()

    assert written == ([], ["two"])
    assert published == (["two"], [])
    assert found("三号窗口") == []
    assert not ArticleValue.objects.filter(article=two.pk).exists()
