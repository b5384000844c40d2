"""Drafts: a scope of their own, told at their own site, kept by nobody, and by the same code as what is published."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.gateway.cache import keeping
from civicnet.gateway.cache.store import store
from civicnet.gateway.ids import to_global_id
from civicnet_publicity.models import ArticlePage

DRAFT = (
    "query ($id: ID!) { publicityArticle(id: $id, draft: true) { title slug isDraft url keywords bodyHtml "
    "column { slug } } }"
)
LIST = (
    "query ($first: Int, $after: String) { publicityDrafts(first: $first, after: $after) { nodes { title isDraft } "
    "pageInfo { hasNextPage endCursor } totalCount } }"
)


@pytest.fixture
def keys(city: Any) -> dict[str, str]:
    """Keys of a client with the scope for drafts, and of one without."""
    scopes = {"reader": ["publicity.read"], "writer": ["publicity.read", "publicity.drafts"]}
    made = {
        name: create_client(name=name, organisation=city["222403"], scopes=given, actor=SYSTEM)[1]
        for name, given in scopes.items()
    }
    return made | {"nobody": ""}


def node(article: ArticlePage) -> str:
    return to_global_id("PublicityArticle", article.pk)


def change(article: ArticlePage, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(article, name, value)
    article.save_revision()


def test_whoever_has_the_scope_reads_the_latest_text_of_what_is_not_published(graphql, write, keys):
    body = json.dumps([{"type": "paragraph", "value": "<p>not yet</p>"}])
    article = write("gov/news", "soon", publish=False, keywords="a，b", body=body)

    told = graphql(DRAFT, key=keys["writer"], variables={"id": node(article)}, host="gov.test")

    assert told["data"]["publicityArticle"] == {
        "title": "Title of soon",
        "slug": "soon",
        "isDraft": True,
        "url": "http://gov.test/news/soon/",
        "keywords": ["a", "b"],
        "bodyHtml": '<div class="prose"><p>not yet</p></div>',
        "column": {"slug": "news"},
    }


def test_a_change_of_a_published_article_is_a_draft_and_readers_go_on_seeing_what_is_published(graphql, write, keys):
    article = write("gov/news", "one")
    change(article, title="Changed", slug="other")

    draft = graphql(DRAFT, key=keys["writer"], variables={"id": node(article)}, host="gov.test")["data"]
    published = graphql(DRAFT.replace(", draft: true", ""), variables={"id": node(article)}, host="gov.test")["data"]

    assert [draft["publicityArticle"][name] for name in ("title", "isDraft", "url")] == [
        "Changed",
        True,
        "http://gov.test/news/other/",
    ]
    assert [published["publicityArticle"][name] for name in ("title", "isDraft")] == ["Title of one", False]


def test_an_article_without_a_change_is_no_draft(graphql, write, keys):
    article = write("gov/news", "one")

    told = graphql(DRAFT, key=keys["writer"], variables={"id": node(article)}, host="gov.test")

    assert told["data"]["publicityArticle"]["isDraft"] is False
    assert graphql(LIST, key=keys["writer"], host="gov.test")["data"]["publicityDrafts"]["totalCount"] == 0


@pytest.mark.parametrize("who", ["nobody", "reader"])
def test_without_the_scope_nothing_is_told_of_what_exists(graphql, write, keys, who):
    article = write("gov/news", "soon", publish=False)

    answers = [
        graphql(query, key=keys[who] or None, variables=variables, host="gov.test")
        for query, variables in (
            (DRAFT, {"id": node(article)}),
            (DRAFT, {"id": to_global_id("PublicityArticle", 9_999_999)}),
            (DRAFT, {"id": "nonsense"}),
            (LIST, {}),
        )
    ]

    errors = [answer["errors"][0] for answer in answers]
    assert {one["extensions"]["code"] for one in errors} == {"FORBIDDEN"}
    assert len({one["message"] for one in errors}) == 1
    assert "publicity.drafts" in errors[0]["message"]


def test_drafts_are_told_at_their_own_site_only(graphql, write, keys):
    article = write("gov/news", "soon", publish=False)

    elsewhere = graphql(DRAFT, key=keys["writer"], variables={"id": node(article)}, host="party.test")

    assert elsewhere == {"data": {"publicityArticle": None}}
    assert graphql(LIST, key=keys["writer"], host="party.test")["data"]["publicityDrafts"]["totalCount"] == 0


def test_a_client_that_is_bound_to_a_site_reads_no_drafts_of_another(graphql, write, city, sites):
    write("gov/news", "soon", publish=False)
    _client, key = create_client(
        name="bound", organisation=city["222403"], scopes=["publicity.drafts"], sites=[sites.party.pk], actor=SYSTEM
    )

    assert graphql(LIST, key=key, host="gov.test")["errors"][0]["extensions"]["code"] == "KEY_REFUSED"
    assert graphql(LIST, key=key, host="party.test")["data"]["publicityDrafts"]["nodes"] == []


@pytest.mark.parametrize("kind", ["login", "password", "groups"])
def test_what_a_restriction_hides_is_no_draft_for_anybody(graphql, write, keys, sites, kind):
    below, own = write("gov/notices", "below", publish=False), write("gov/news", "own", publish=False)
    for page in (sites["gov/notices"], own):
        PageViewRestriction.objects.create(page=page, restriction_type=kind, password="open")

    for article in (below, own):
        told = graphql(DRAFT, key=keys["writer"], variables={"id": node(article)}, host="gov.test")
        assert told == {"data": {"publicityArticle": None}}
    assert graphql(LIST, key=keys["writer"], host="gov.test")["data"]["publicityDrafts"]["nodes"] == []


def test_a_draft_shows_no_picture_or_file_that_not_everybody_may_see(graphql, write, keys, picture, document):
    shelf = Collection.get_first_root_node().add_child(instance=Collection(name="closed"))
    CollectionViewRestriction.objects.create(collection=shelf, restriction_type="login")
    for one in (picture, document):
        type(one).objects.filter(pk=one.pk).update(collection=shelf)
    body = json.dumps([{"type": "attachment", "value": {"document": document.pk, "name": "The form"}}])
    article = write("gov/news", "soon", publish=False, image=picture, body=body)
    query = """query ($id: ID!) { publicityArticle(id: $id, draft: true) { image { id } bodyHtml
      body { ... on PublicityArticleBodyAttachmentBlock { document { title } } } } }"""

    told = graphql(query, key=keys["writer"], variables={"id": node(article)}, host="gov.test")["data"][
        "publicityArticle"
    ]

    assert told == {"image": None, "bodyHtml": "", "body": [{"document": None}]}


def test_the_list_of_drafts_is_read_page_by_page_with_as_many_statements_for_many_as_for_few(
    graphql, write, keys, assert_statements
):
    for number in range(3):
        write("gov/news", f"d{number}", publish=False)
    graphql(LIST, key=keys["writer"], variables={"first": 2}, host="gov.test")
    with assert_statements(1, of='FROM "wagtailcore_revision"'):
        first = graphql(LIST, key=keys["writer"], variables={"first": 2}, host="gov.test")["data"]["publicityDrafts"]
    after = first["pageInfo"]["endCursor"]
    with assert_statements(1, of='FROM "wagtailcore_revision"'):
        rest = graphql(LIST, key=keys["writer"], variables={"after": after}, host="gov.test")["data"]["publicityDrafts"]

    assert [one["title"] for one in first["nodes"] + rest["nodes"]] == [f"Title of d{number}" for number in (2, 1, 0)]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (3, True, False)


def test_nobody_keeps_a_draft(client: Client, write, keys, monkeypatch):
    monkeypatch.setattr(keeping, "uncommitted", lambda: False)
    store.clear()
    article = write("gov/news", "soon", publish=False)
    for _time in range(2):
        for query in (DRAFT, LIST):
            answer = client.get(
                "/graphql/",
                {"query": query, "variables": json.dumps({"id": node(article)})},
                headers={"authorization": f"Bearer {keys['writer']}", "host": "gov.test"},
            )
            assert "errors" not in answer.json()
            assert answer["Cache-Control"] == "private, no-store"
            assert "ETag" not in answer
    assert len(store) == 0


def test_a_text_from_before_a_field_was_added_is_told_without_it(graphql, write, keys):
    article = write("gov/news", "old", publish=False, summary="later")
    revision = article.latest_revision
    del revision.content["summary"]
    revision.save(update_fields=["content"])
    query = "query ($id: ID!) { publicityArticle(id: $id, draft: true) { title summary } }"

    told = graphql(query, key=keys["writer"], variables={"id": node(article)}, host="gov.test")

    assert told["data"]["publicityArticle"] == {"title": "Title of old", "summary": ""}


def test_what_checks_find_on_a_draft_is_told_to_whoever_reads_drafts_and_to_nobody_else(graphql, write, keys):
    body = json.dumps([{"type": "heading", "value": "222403190001010045", "id": "b1"}])
    draft = write("gov/news", "soon", publish=False, keywords="a，b", summary="What it says.", body=body)
    ask = "query ($id: ID!) { publicityFindings(id: $id) { code severity sentence field block excerpt } }"

    told = graphql(ask, key=keys["writer"], variables={"id": node(draft)}, host="gov.test")
    elsewhere = graphql(ask, key=keys["writer"], variables={"id": node(draft)}, host="party.test")
    refused = graphql(ask, key=keys["reader"], variables={"id": node(draft)}, host="gov.test")

    assert told["data"]["publicityFindings"][0] == {
        "code": "id_number",
        "severity": "BLOCKER",
        "sentence": "这里有身份证号：请删去，或只保留前后几位。",
        "field": "body",
        "block": "b1",
        "excerpt": "222***********0045",
    }
    assert elsewhere["data"]["publicityFindings"] is None
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert refused["data"]["publicityFindings"] is None
