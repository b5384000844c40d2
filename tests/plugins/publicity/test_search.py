"""Searching articles: what everybody may read and holds all the words, with what was found in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from civicnet.search import finding
from civicnet_publicity.models import ArticlePage

SEARCH = """
query ($query: String!, $column: String, $site: String, $first: Int, $after: String, $orderBy: PublicitySearchOrder) {
  publicitySearch(query: $query, column: $column, site: $site, first: $first, after: $after, orderBy: $orderBy) {
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


def test_bodies_are_searched_too_and_the_part_that_was_found_is_shown(search, write):
    body = [("heading", "办理"), ("paragraph", "<p>无关的话。请到<b>七号</b>窗口 &lt;Seven&gt; 办理。</p>")]
    write("gov/news", "a", title="通知", body=body)
    write("gov/news", "b", title="Seven", body=[])
    write("gov/news", "c", title="通知", body=[("quote", {"text": "七号窗口", "source": ""})])

    assert titles(search("seven")) == ["Seven", "通知"]
    (quoted, told) = search("窗口")["edges"]
    assert quoted["highlights"][0]["pieces"] == [{"text": "七号", "marked": False}, {"text": "窗口", "marked": True}]
    assert told["highlights"] == [
        {
            "field": "body",
            "pieces": [
                {"text": "请到七号", "marked": False},
                {"text": "窗口", "marked": True},
                {"text": " <Seven> 办理。", "marked": False},
            ],
        }
    ]


def test_a_word_is_found_wherever_it_stands_and_nothing_else_is(search, write):
    write("gov/news", "a", title="业主大会议事规则", summary="2024年3月施行")
    write("gov/news", "b", title="大会由业主召开，主大门关闭", summary="3月2024号")

    # Every pair of 业主大会 stands in the second one too.
    assert titles(search("业主大会")) == ["业主大会议事规则"]
    assert titles(search("2024年")) == ["业主大会议事规则"]
    # A single sign, in a word and at the end of one.
    assert titles(search("则")) == ["业主大会议事规则"]
    assert titles(search("闭")) == ["大会由业主召开，主大门关闭"]
    assert len(search("月")["edges"]) == 2
    # Full-width letters and digits are letters and digits.
    assert titles(search("２０２４年")) == ["业主大会议事规则"]


def test_many_signs_in_a_row_are_words_unless_they_are_in_quotation_marks(search, write):
    write("gov/news", "a", title="生活垃圾怎样分类")
    write("gov/news", "b", title="生活垃圾分类管理条例")

    assert titles(search("生活垃圾分类")) == ["生活垃圾分类管理条例", "生活垃圾怎样分类"]
    assert titles(search("“生活垃圾分类”")) == ["生活垃圾分类管理条例"]


def test_by_score_words_of_titles_come_first_then_parts_then_words_of_bodies(search, write):
    write("gov/news", "title", title="民法讲座")
    write("gov/news", "body", title="法治讲座", body=[("paragraph", "<p>学习民法。</p>")])
    write("gov/news", "part", title="人民法院开放日")
    write("gov/news", "within", title="开放日", summary="走进人民法院")

    newest = search("民法")
    best = search("民法", orderBy="SCORE", first=2)
    rest = search("民法", orderBy="SCORE", first=2, after=best["pageInfo"]["endCursor"])

    assert titles(newest) == ["开放日", "人民法院开放日", "法治讲座", "民法讲座"]
    assert titles(best) + titles(rest) == ["民法讲座", "人民法院开放日", "法治讲座", "开放日"]
    assert (best["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


def test_a_word_in_very_many_articles_is_found_in_all_of_them_the_newest_first(search, write, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 2)
    for number in range(3):
        write("gov/news", f"a{number}", title=f"文明实践{number}", summary="" if number else "文明")
    write("gov/notices", "b", title="无关")
    hidden = write("gov/notices", "hidden", title="文明")
    PageViewRestriction.objects.create(page=hidden.get_parent(), restriction_type="login")

    for order in ("NEWEST", "SCORE"):
        first = search("文明", orderBy=order, first=2)
        assert (titles(first), first["totalCount"]) == (["文明实践2", "文明实践1"], 3)
        assert titles(search("文明", orderBy=order, after=first["pageInfo"]["endCursor"])) == ["文明实践0"]


def test_a_page_takes_as_many_statements_for_ten_articles_as_for_one(search, write):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            search("文明", orderBy="SCORE")
        return len(seen)

    write("gov/news", "a", title="文明", body=[("paragraph", "<p>文明</p>")])
    search("文明")
    one = statements()
    for number in range(9):
        write("gov/news", f"b{number}", title="文明", body=[("paragraph", "<p>文明</p>")])

    assert statements() == one


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
