"""Publicity over GraphQL: what is published, at the same few statements whatever the size of the page."""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from civicnet.access.actors import SYSTEM
from civicnet.lifecycle.activation import disable_plugin
from civicnet_publicity.services import withdraw_article

LIST = """query ($first: Int, $after: String, $column: String, $site: String) {
  publicityArticles(first: $first, after: $after, column: $column, site: $site) {
    nodes { id title summary publishedAt url column { slug title } }
    pageInfo { hasNextPage endCursor } totalCount } }"""
TITLES = (
    "query ($column: String, $site: String) { publicityArticles(column: $column, site: $site) { nodes { title } } }"
)


def titles(answer):
    """The titles of a list."""
    return [node["title"] for node in answer["data"]["publicityArticles"]["nodes"]]


def in_order(*articles):
    """Let the articles have come one day after the other, the last one yesterday."""
    for days, article in enumerate(reversed(articles), start=1):
        Page.objects.filter(pk=article.pk).update(first_published_at=timezone.now() - timedelta(days=days))


def statements(graphql, query, **variables):
    """How many SQL statements on publicity's own tables a query costs once caches are warm."""
    graphql(query, variables=variables)
    with CaptureQueriesContext(connection) as caught:
        answer = graphql(query, variables=variables)
    assert "errors" not in answer
    return sum("civicnet_publicity" in one["sql"] for one in caught)


def test_the_newest_come_first_page_by_page(graphql, write):
    in_order(write("gov/news", "a"), write("gov/notices", "b"), write("party/news", "c"))

    first = graphql(LIST, variables={"first": 2})["data"]["publicityArticles"]
    rest = graphql(LIST, variables={"first": 2, "after": first["pageInfo"]["endCursor"]})["data"]["publicityArticles"]

    assert [node["title"] for node in first["nodes"]] == ["Title of c", "Title of b"]
    assert first["pageInfo"]["hasNextPage"] is True
    assert first["totalCount"] == 3
    assert [node["title"] for node in rest["nodes"]] == ["Title of a"]
    assert rest["pageInfo"]["hasNextPage"] is False


def test_an_article_is_told_exactly(graphql, write):
    article = write(
        "gov/documents",
        "one",
        also_in=("party/news",),
        summary="In short",
        source="Our office",
        author="演示",
        index_number="000014349/2026-00001",
        body=json.dumps([{"type": "paragraph", "value": "<p>words</p>"}]),
    )

    answer = graphql(
        """{ publicityArticle(slug: "one") { title summary publishedAt source author indexNumber url bodyHtml
        column { slug title kind } placements { site url state placedAt } } }"""
    )

    assert answer["data"]["publicityArticle"] == {
        "title": "Title of one",
        "summary": "In short",
        "publishedAt": article.first_published_at.isoformat(),
        "source": "Our office",
        "author": "演示",
        "indexNumber": "000014349/2026-00001",
        "url": "http://gov.test/documents/one/",
        "bodyHtml": '<div class="prose"><p>words</p></div>',
        "column": {"slug": "documents", "title": "Documents", "kind": "DISCLOSURE"},
        "placements": [
            {
                "site": "party.test",
                "url": "http://party.test/news/one/",
                "state": "PLACED",
                "placedAt": article.placements.get().placed_at.isoformat(),
            }
        ],
    }


def test_a_site_and_a_column_hold_their_own_and_what_is_placed_there(graphql, write):
    in_order(
        write("gov/news", "a"),
        write("gov/notices", "b", also_in=("party/news",)),
        write("party/news", "c"),
        write("party/experience", "d"),
    )

    assert titles(graphql(TITLES)) == ["Title of d", "Title of c", "Title of b", "Title of a"]
    assert titles(graphql(TITLES, variables={"site": "party.test"})) == ["Title of d", "Title of c", "Title of b"]
    assert titles(graphql(TITLES, variables={"site": "gov.test"})) == ["Title of b", "Title of a"]
    assert titles(graphql(TITLES, variables={"site": "party.test", "column": "news"})) == ["Title of c", "Title of b"]
    assert titles(graphql(TITLES, variables={"column": "news"})) == ["Title of c", "Title of b", "Title of a"]
    assert titles(graphql(TITLES, variables={"column": "nothing"})) == []


def test_drafts_private_and_unpublished_articles_are_never_told(graphql, sites, write):
    write("gov/news", "draft", publish=False)
    write("gov/news", "gone").unpublish()
    PageViewRestriction.objects.create(page=write("gov/news", "private"), restriction_type="login")
    write("gov/notices", "below")
    PageViewRestriction.objects.create(page=sites["gov/notices"], restriction_type="login")

    assert titles(graphql(TITLES)) == []
    for slug in ("draft", "gone", "private", "below"):
        assert graphql(f'{{ publicityArticle(slug: "{slug}") {{ title }} }}')["data"] == {"publicityArticle": None}
    columns = graphql('{ publicityColumns(site: "gov.test") { slug articleCount } }')["data"]["publicityColumns"]
    assert columns == [{"slug": "news", "articleCount": 0}, {"slug": "documents", "articleCount": 0}]


def test_a_withdrawn_placement_is_told_only_to_those_who_may_know(graphql, sites, write):
    article = write("gov/news", "one", also_in=("party/news",))
    withdraw_article(article=article, column=sites["party/news"], actor=SYSTEM, reason="test")

    answer = graphql('{ publicityArticle(slug: "one") { placements { state } } }')

    assert answer["data"]["publicityArticle"]["placements"] == []


def test_one_article_has_one_id_by_which_it_is_found_again(graphql, write):
    write("gov/news", "one", also_in=("party/news",))
    ids = {
        node["id"]
        for site in ("gov.test", "party.test")
        for node in graphql(LIST, variables={"site": site})["data"]["publicityArticles"]["nodes"]
    }

    (only,) = ids
    found = graphql(
        "query ($id: ID!) { publicityArticle(id: $id) { title } node(id: $id) { id ... on PublicityArticle { title } } }",
        variables={"id": only},
    )

    assert found["data"] == {
        "publicityArticle": {"title": "Title of one"},
        "node": {"id": only, "title": "Title of one"},
    }


def test_columns_tell_how_much_stands_in_them(graphql, write):
    article = write("gov/news", "one", also_in=("party/experience",))

    answer = graphql("{ publicityColumns { slug kind url articleCount lastPublishedAt } }")["data"]["publicityColumns"]

    assert [(one["slug"], one["kind"], one["url"], one["articleCount"]) for one in answer] == [
        ("news", "NEWS", "http://gov.test/news/", 1),
        ("notices", "NOTICE", "http://gov.test/notices/", 0),
        ("documents", "DISCLOSURE", "http://gov.test/documents/", 0),
        ("news", "NEWS", "http://party.test/news/", 0),
        ("experience", "SPECIAL", "http://party.test/experience/", 1),
    ]
    assert answer[0]["lastPublishedAt"] == article.first_published_at.isoformat()
    assert answer[1]["lastPublishedAt"] is None


def test_weeks_are_told_with_the_empty_ones(graphql, write):
    write("gov/news", "one")
    old = write("gov/news", "two")
    Page.objects.filter(pk=old.pk).update(first_published_at=timezone.now() - timedelta(weeks=2))

    weeks = graphql("{ publicityWeeks(weeks: 3) { monday articleCount } }")["data"]["publicityWeeks"]

    assert [week["articleCount"] for week in weeks] == [1, 0, 1]
    assert all(timezone.datetime.fromisoformat(week["monday"]).weekday() == 0 for week in weeks)


def test_a_list_of_twenty_costs_no_more_than_a_list_of_two(graphql, write):
    everything = LIST.replace("url", "url bodyHtml placements { url state }")
    write("gov/news", "a", also_in=("party/news",))
    few = statements(graphql, LIST.replace(" totalCount", ""), first=20)
    few_everything = statements(graphql, everything, first=20)

    body = json.dumps([{"type": "paragraph", "value": "<p>words</p>"}])
    for number in range(20):
        write("gov/news", f"b{number}", also_in=("party/news",), body=body)

    assert statements(graphql, LIST.replace(" totalCount", ""), first=20) == few == 2
    assert statements(graphql, everything, first=20) == few_everything == 4


def test_what_nobody_can_ask_is_refused_with_a_code(graphql, sites):
    unknown = graphql(TITLES, variables={"site": "nowhere.test"})["errors"][0]["extensions"]
    both = graphql('{ publicityArticle(id: "x", slug: "y") { title } }')["errors"][0]["extensions"]
    weeks = graphql("{ publicityWeeks(weeks: 1000) { monday } }")["errors"][0]["extensions"]

    assert unknown == {"code": "NOT_FOUND", "field": "site"}
    assert both == {"code": "INVALID_INPUT"}
    assert weeks == {"code": "INVALID_INPUT", "field": "weeks"}


def test_the_fields_are_gone_while_publicity_is_off(graphql, sites):
    disable_plugin(slug="publicity", actor=SYSTEM, reason="test")

    assert graphql(TITLES)["errors"][0]["extensions"]["code"] == "PLUGIN_DISABLED"
    assert Site.objects.count() == 2
