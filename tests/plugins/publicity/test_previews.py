"""Previews: one text for whoever holds its token, for minutes, and only while whoever made it may see it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client, revoke_client
from civicnet.gateway.cache import keeping
from civicnet.gateway.cache.store import store
from civicnet.gateway.ids import to_global_id
from civicnet.lifecycle.activation import disable_plugin
from civicnet_publicity.models import ArticlePage

PREVIEW = """query ($token: String!) { preview(token: $token) { id __typename
  ... on PublicityArticle { title isDraft placements { url } } } }"""
TOKEN = "query ($id: ID!) { previewToken(id: $id) { token expiresAt } }"


@pytest.fixture(autouse=True)
def portal(settings: Any) -> None:
    """A portal that previews what stands on gov.test."""
    settings.CIVICNET_PREVIEW_URLS = {"gov.test": "https://portal.example/preview?token={token}"}


@pytest.fixture
def article(write, office) -> ArticlePage:
    """One that the editor has begun."""
    made = write("gov/news", "soon", publish=False)
    Page.objects.filter(pk=made.pk).update(owner=office.editor)
    return made


@pytest.fixture
def token(article, office, client: Client) -> str:
    """What the editor's button leads to."""
    client.force_login(office.editor)
    answer = client.get(reverse("civicnet_preview", args=[article.pk]), headers={"host": "gov.test"})
    assert answer.status_code == 302
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    address = urlsplit(answer["Location"])
    assert address[:3] == ("https", "portal.example", "/preview")
    client.logout()
    return parse_qs(address.query)["token"][0]


@pytest.fixture
def code(graphql):
    """The code that a token is answered with; empty when it opens something."""

    def ask(token: str, host: str = "gov.test") -> str:
        asked = "query ($token: String!) { preview(token: $token) { id } }"
        answer = graphql(asked, variables={"token": token}, host=host)
        return answer["errors"][0]["extensions"]["code"] if "errors" in answer else ""

    return ask


def test_a_token_shows_the_one_text_to_whoever_holds_it(graphql, article, token):
    told = graphql(PREVIEW, variables={"token": token}, host="gov.test")

    assert told["data"]["preview"] == {
        "id": to_global_id("PublicityArticle", article.pk),
        "__typename": "PublicityArticle",
        "title": "Title of soon",
        "isDraft": True,
        "placements": [],
    }


def test_a_token_shows_the_text_for_which_it_was_made_and_no_later_one(graphql, article, token):
    article.title = "Later"
    article.save_revision()

    assert graphql(PREVIEW, variables={"token": token}, host="gov.test")["data"]["preview"]["title"] == "Title of soon"


@pytest.mark.parametrize("spoiled", ["", "x", "x" * 501, "{token}x", "x{token}"])
def test_a_token_that_is_not_ours_opens_nothing(code, token, spoiled):
    assert code(spoiled.replace("{token}", token)) == "PREVIEW_INVALID"


def test_a_token_is_over_after_its_minutes(code, token, settings):
    settings.CIVICNET_PREVIEW_SECONDS = -1

    assert code(token) == "PREVIEW_EXPIRED"


def test_a_token_of_another_site_opens_nothing(code, token):
    assert code(token, host="party.test") == "PREVIEW_INVALID"


def test_keys_may_be_changed_without_ending_previews(code, token, settings):
    with override_settings(SECRET_KEY="the next", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert code(token) == ""
    with override_settings(SECRET_KEY="the next", SECRET_KEY_FALLBACKS=[]):
        assert code(token) == "PREVIEW_INVALID"


def test_a_token_ends_with_the_right_of_its_editor(code, token, office):
    office.editor.groups.clear()

    assert code(token) == "PREVIEW_INVALID"


def test_a_token_ends_with_the_account_of_its_editor(code, token, office):
    type(office.editor).objects.filter(pk=office.editor.pk).update(is_active=False)

    assert code(token) == "PREVIEW_INVALID"


@pytest.mark.parametrize("what", ["page", "revision", "restriction", "restriction above", "plugin"])
def test_a_token_ends_with_what_it_shows(code, token, article, sites, what):
    match what:
        case "page":
            article.delete()
        case "revision":
            article.latest_revision.delete()
        case "plugin":
            disable_plugin(slug="publicity", actor=SYSTEM, reason="test")
        case _:
            page = article if what == "restriction" else sites["gov/news"]
            PageViewRestriction.objects.create(page=page, restriction_type="login")

    assert code(token) == "PREVIEW_INVALID"


def test_a_token_opens_no_other_door(graphql, article, token):
    queries = (
        "query ($token: ID!) { node(id: $token) { id } }",
        "query ($token: ID!) { publicityArticle(id: $token, draft: true) { id } }",
        "query ($token: ID!) { previewToken(id: $token) { token } }",
    )

    answers = [graphql(one, variables={"token": token}, host="gov.test") for one in queries]

    assert [one["errors"][0]["extensions"]["code"] for one in answers] == ["INVALID_ID", "FORBIDDEN", "INVALID_ID"]


def test_nobody_keeps_a_preview(client: Client, token, monkeypatch):
    monkeypatch.setattr(keeping, "uncommitted", lambda: False)
    for _time in range(2):
        asked = {"query": PREVIEW, "variables": json.dumps({"token": token})}
        answer = client.get("/graphql/", asked, headers={"host": "gov.test"})
        assert answer.json()["data"]["preview"]["title"] == "Title of soon"
        assert answer["Cache-Control"] == "private, no-store"
        assert "ETag" not in answer
    assert len(store) == 0


def test_who_may_not_edit_a_page_gets_no_preview_and_does_not_hear_of_it(client: Client, article, office):
    client.force_login(office.final)

    statuses = [
        client.get(reverse("civicnet_preview", args=[pk]), headers={"host": "gov.test"}).status_code
        for pk in (article.pk, 9_999_999)
    ]

    assert statuses == [404, 404]


def test_the_editor_has_a_button_where_there_is_a_portal(client: Client, article, office, settings):
    client.force_login(office.editor)
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    address = reverse("civicnet_preview", args=[article.pk])

    assert address in client.get(edit, headers={"host": "gov.test"}).content.decode()
    settings.CIVICNET_PREVIEW_URLS = {"party.test": "https://portal.example/{token}"}
    assert address not in client.get(edit, headers={"host": "gov.test"}).content.decode()


def test_a_client_that_reads_drafts_hands_out_previews_until_it_is_revoked(graphql, code, article, city):
    portal, key = create_client(name="portal", organisation=city["222403"], scopes=["publicity.drafts"], actor=SYSTEM)
    asked = {"id": to_global_id("PublicityArticle", article.pk)}
    token = graphql(TOKEN, key=key, variables=asked, host="gov.test")["data"]["previewToken"]["token"]

    assert code(token) == ""
    revoke_client(client=portal, actor=SYSTEM, reason="test")
    assert code(token) == "PREVIEW_INVALID"


def test_who_may_not_read_drafts_gets_no_token_and_hears_of_nothing(graphql, article, city):
    _portal, key = create_client(name="portal", organisation=city["222403"], scopes=["publicity.read"], actor=SYSTEM)
    ids = [to_global_id("PublicityArticle", pk) for pk in (article.pk, 9_999_999)]

    answers = [graphql(TOKEN, key=who, variables={"id": one}, host="gov.test") for one in ids for who in (key, None)]

    assert {answer["errors"][0]["extensions"]["code"] for answer in answers} == {"FORBIDDEN"}
