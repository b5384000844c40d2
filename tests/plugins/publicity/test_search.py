"""Searching articles: what everybody may read and holds all the words, with what was found in it."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import PageViewRestriction

from civicnet_publicity.models import ArticlePage
from civicnet_publicity.selectors import found

SEARCH = """
query ($query: String!, $column: String, $site: String, $first: Int, $after: String) {
  publicitySearch(query: $query, column: $column, site: $site, first: $first, after: $after) {
    edges { node { title } cursor highlights { field pieces { text marked } } } pageInfo { hasNextPage endCursor } totalCount
  }
}
"""


@pytest.fixture
def search(graphql: Any) -> Any:
    def ask(query: str, **given: Any) -> Any:
        answer = graphql(SEARCH, variables={"query": query} | given)
        return answer["data"]["publicitySearch"] if answer.get("data") else answer["errors"]

    return ask


def titles(found: dict[str, Any]) -> list[str]:
    return [one["node"]["title"] for one in found["edges"]]


def test_chinese_words_are_found_within_titles_and_summaries_and_marked(search, write):
    write("gov/news", "a", title="全国文明城市创建工作推进会召开", summary="会议强调文明实践。")
    write("gov/news", "b", title="防汛工作部署", summary="文明城市创建同步推进。")
    write("gov/news", "c", title="防汛工作部署")

    found = search("文明 创建")

    assert (titles(found), found["totalCount"]) == (["防汛工作部署", "全国文明城市创建工作推进会召开"], 2)
    assert found["edges"][1]["highlights"] == [
        {
            "field": "title",
            "pieces": [
                {"text": "全国", "marked": False},
                {"text": "文明", "marked": True},
                {"text": "城市", "marked": False},
                {"text": "创建", "marked": True},
                {"text": "工作推进会召开", "marked": False},
            ],
        },
        {
            "field": "summary",
            "pieces": [
                {"text": "会议强调", "marked": False},
                {"text": "文明", "marked": True},
                {"text": "实践。", "marked": False},
            ],
        },
    ]


def test_what_the_index_knows_is_found_in_bodies_too(search, write):
    write("gov/news", "a", title="通知", body=[("paragraph", "<p>Apply at counter <b>Seven</b>.</p>")])
    write("gov/news", "b", title="Seven", body=[])

    found = search("seven")

    assert titles(found) == ["Seven", "通知"]
    assert found["edges"][0]["highlights"] == [{"field": "title", "pieces": [{"text": "Seven", "marked": True}]}]
    assert found["edges"][1]["highlights"] == []


def test_what_nobody_may_read_is_neither_found_nor_changes_what_is(search, write):
    write("gov/news", "seen", title="文明Aurora城市")
    before = search("Aurora")
    hidden = write("gov/notices", "hidden", title="Aurora")
    PageViewRestriction.objects.create(page=hidden.get_parent(), restriction_type="login")
    write("gov/news", "draft", title="Aurora", publish=False)

    assert titles(before) == ["文明Aurora城市"]
    assert search("Aurora") == before


def test_pages_follow_each_other_and_stay_within_a_column_and_site(search, write):
    for number in range(5):
        write("gov/news", f"a{number}", title=f"文明实践{number}")
    write("gov/notices", "b", title="文明公告")
    write("party/news", "c", title="文明党建")

    given = {"column": "news", "site": "gov.test", "first": 2}
    pages = [search("文明", **given)]
    while pages[-1]["pageInfo"]["hasNextPage"]:
        pages.append(search("文明", **given, after=pages[-1]["pageInfo"]["endCursor"]))

    assert [titles(one) for one in pages] == [["文明实践4", "文明实践3"], ["文明实践2", "文明实践1"], ["文明实践0"]]
    assert {one["totalCount"] for one in pages} == {5}


def test_only_so_many_of_the_newest_are_looked_through(search, write, monkeypatch):
    monkeypatch.setattr(found, "LOOKED_THROUGH", 2)
    for number in range(3):
        write("gov/news", f"a{number}", title=f"文明实践{number}")

    assert titles(search("文明")) == ["文明实践2", "文明实践1"]


def test_signs_of_html_stay_signs(search, write):
    write("gov/news", "a", title="<b>文明</b>&amp;")

    (highlight,) = search("文明")["edges"][0]["highlights"]

    assert [one["text"] for one in highlight["pieces"]] == ["<b>", "文明", "</b>&amp;"]


@pytest.mark.parametrize("query", ['文明" OR *', "文明' (NEAR)", "文明%_\\", "文明-:&|!<>", "(文明)"])
def test_signs_of_a_query_language_are_no_commands(search, write, query):
    write("gov/news", "a", title="文明OR NEAR")

    assert titles(search(query)) == ["文明OR NEAR"]


@pytest.mark.parametrize("query", ["", "  ", "%", "——", "字" * 101, "一 二 三 四 五 六 七 八 九"])
def test_no_word_or_too_many_are_refused(search, sites, query):
    (error,) = search(query)
    assert error["extensions"] == {"code": "INVALID_INPUT", "field": "query"}


@pytest.mark.parametrize("first", [0, 51])
def test_a_page_holds_1_to_50(search, sites, first):
    (error,) = search("文明", first=first)
    assert error["extensions"] == {"code": "PAGE_SIZE", "field": "first"}


def test_an_article_that_goes_is_not_found_again(search, write):
    article = write("gov/news", "a", title="文明")
    assert titles(search("文明")) == ["文明"]
    ArticlePage.objects.get(pk=article.pk).unpublish()
    assert titles(search("文明")) == []
