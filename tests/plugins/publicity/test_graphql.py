"""Publicity over GraphQL: what is published, at the same few statements whatever the size of the page."""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, Site

from civicnet.access.actors import SYSTEM
from civicnet.contract import ANONYMOUS
from civicnet.gateway.ids import to_global_id
from civicnet.lifecycle.activation import disable_plugin
from civicnet_publicity import selectors
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


def all_statements(graphql, query, **variables):
    """How many SQL statements a query costs in all once caches are warm."""
    graphql(query, variables=variables)
    with CaptureQueriesContext(connection) as caught:
        graphql(query, variables=variables)
    return len(caught)


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


def rich(picture, document, page):
    """A body with one of each kind that lies elsewhere, and a grid's card."""
    link = f'<p><a linktype="page" id="{page.pk}">a page</a> <a linktype="document" id="{document.pk}">a file</a></p>'
    blocks = [
        ("heading", "Head"),
        ("paragraph", link),
        ("image", {"image": {"image": picture.pk, "decorative": False, "alt_text": "people"}, "caption": "Words"}),
        ("attachment", {"document": document.pk, "name": "The form"}),
        ("grid_card", {"grid": "222403001001001", "ask": "the office"}),
    ]
    return json.dumps([{"type": kind, "value": value, "id": f"{at}"} for at, (kind, value) in enumerate(blocks)])


CONTENT = """image { title rendition(spec: CARD) { url width height } } keywords updatedAt bodyHtml body {
  ... on ContentBlock { id blockType }
  ... on PublicityArticleBodyHeadingBlock { value }
  ... on PublicityArticleBodyParagraphBlock { richText { text tree } }
  ... on PublicityArticleBodyImageBlock { image { alt width } caption }
  ... on PublicityArticleBodyAttachmentBlock { document { title filename } name }"""
GRID_CARD = "... on PublicityArticleBodyGridCardBlock { grid { name } ask }"


def test_an_article_is_told_with_its_picture_keywords_and_typed_blocks(graphql, sites, write, picture, document):
    made = picture.get_rendition("fill-600x400")
    link = write("gov/news", "other")
    article = write(
        "gov/news",
        "one",
        body=rich(picture, document, link),
        image=picture,
        keywords="治理, 网格\uff0c 民生、 ",
    )

    told = graphql(f'{{ publicityArticle(slug: "one") {{ {CONTENT} {GRID_CARD} }} }} }}')["data"]["publicityArticle"]

    del told["bodyHtml"]
    node = to_global_id("PublicityArticle", link.pk)
    page = {"type": "link", "to": "page", "url": "http://gov.test/news/other/", "nodeId": node}
    file = {"type": "link", "to": "document", "url": f"http://gov.test/documents/{document.pk}/{document.filename}"}
    assert told == {
        "image": {
            "title": "A picture",
            "rendition": {"url": f"http://gov.test{made.url}", "width": made.width, "height": made.height},
        },
        "keywords": ["治理", "网格", "民生"],
        "updatedAt": article.last_published_at.isoformat(),
        "body": [
            {"id": "0", "blockType": "heading", "value": "Head"},
            {
                "id": "1",
                "blockType": "paragraph",
                "richText": {
                    "text": "a page a file",
                    "tree": [
                        {
                            "type": "paragraph",
                            "children": [
                                page | {"children": [{"type": "text", "text": "a page"}]},
                                {"type": "text", "text": " "},
                                file | {"children": [{"type": "text", "text": "a file"}]},
                            ],
                        }
                    ],
                },
            },
            {"id": "2", "blockType": "image", "image": {"alt": "people", "width": 40}, "caption": "Words"},
            {
                "id": "3",
                "blockType": "attachment",
                "document": {"title": "A form", "filename": document.filename},
                "name": "The form",
            },
            {"id": "4", "blockType": "grid_card", "grid": None, "ask": "the office"},
        ],
    }
    found = graphql(f'{{ node(id: "{node}") {{ ... on PublicityArticle {{ title }} }} }}')
    assert found["data"]["node"] == {"title": "Title of other"}


def test_the_card_of_a_grid_leaves_the_body_and_the_schema_with_its_plugin(graphql, sites, write, picture, document):
    write("gov/news", "one", body=rich(picture, document, sites["gov/news"]))
    disable_plugin(slug="hotline", actor=SYSTEM, reason="test")
    disable_plugin(slug="assessment", actor=SYSTEM, reason="test")
    disable_plugin(slug="grid", actor=SYSTEM, reason="test")

    told = graphql('{ publicityArticle(slug: "one") { body { ... on ContentBlock { blockType } } bodyHtml } }')
    refused = graphql(f'{{ publicityArticle(slug: "one") {{ body {{ {GRID_CARD} }} }} }}')

    article = told["data"]["publicityArticle"]
    assert [one["blockType"] for one in article["body"]] == ["heading", "paragraph", "image", "attachment"]
    assert "the office" not in article["bodyHtml"]
    assert refused["errors"][0]["extensions"] == {"code": "PLUGIN_DISABLED", "plugin": "grid"}


def test_what_lies_in_a_closed_collection_or_on_a_closed_page_is_in_no_part_of_an_article(
    graphql, sites, write, picture, document
):
    private = write("gov/notices", "private-one")
    write("gov/news", "one", body=rich(picture, document, private), image=picture)
    PageViewRestriction.objects.create(page=sites["gov/notices"], restriction_type="login")
    closed = Collection.get_first_root_node().add_child(name="Closed")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    inside = closed.add_child(name="Inside")
    for one in (picture, document):
        type(one).objects.filter(pk=one.pk).update(collection=inside)

    told = graphql(f'{{ publicityArticle(slug: "one") {{ {CONTENT} }} }} }}')["data"]["publicityArticle"]

    assert told["image"] is None
    assert told["body"][2]["image"] is told["body"][3]["document"] is None
    for secret in ("private-one", "/media/", "/documents/", document.filename):
        assert secret not in json.dumps(told)


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


def test_a_list_of_twenty_costs_no_more_than_a_list_of_two(graphql, sites, write, picture, document):
    # A number in the text: what a variable holds is reckoned at its most.
    everything = LIST.replace("$first: Int, ", "").replace("first: $first", "first: 20")
    everything = everything.replace("url", f"url placements {{ url state }} {CONTENT} {GRID_CARD} }}")
    body = rich(picture, document, sites["gov/news"])
    write("gov/news", "a", also_in=("party/news",), body=body, image=picture)
    few = statements(graphql, LIST.replace(" totalCount", ""), first=20)
    few_everything = statements(graphql, everything)
    few_in_all = all_statements(graphql, everything)

    for number in range(20):
        write("gov/news", f"b{number}", also_in=("party/news",), body=body, image=picture)

    assert statements(graphql, LIST.replace(" totalCount", ""), first=20) == few == 2
    assert statements(graphql, everything) == few_everything == 4
    assert all_statements(graphql, everything) == few_in_all


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


def test_the_newest_of_a_column_are_found_by_its_own_index(sites, settings):
    # So that the statement is noted with its values.
    settings.CIVICNET_PREPARED_STATEMENTS = False
    columns = [column for column in selectors.columns() if column.slug == "news"]
    page = selectors.article_rows(ANONYMOUS, in_columns=columns).order_by("-first_published_at", "-id")
    with CaptureQueriesContext(connection) as asked:
        page.read("id", "first_published_at", limit=21)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table of a few rows is otherwise read as it lies.
            cursor.execute("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {asked.captured_queries[0]['sql']}")
        plan = " ".join(str(row) for row in cursor.fetchall())

    assert plan.count("civicnet_page_by_parent") >= len(columns) > 0
