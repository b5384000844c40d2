"""What readers cannot see is reached on no way: every state of a page, at every door of GraphQL, by everybody who may ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import Organisation, User
from civicnet.contract import Actor
from civicnet.gateway.ids import to_global_id
from civicnet.gateway.preview.tokens import Claim, signed
from civicnet.testing.asking import Ask
from civicnet_publicity.models import ArticlePage, ColumnPage, HomePage, Placement
from civicnet_publicity.permissions import OVERRIDE_CHECKS
from civicnet_publicity.services import override_checks

# What is written and will be seen, or was; a client with the scope for drafts reads it, and a token opens it.
WRITTEN = ("draft", "scheduled", "expired", "changed")
# What only some may see, published or not: nobody reads it here, whatever they hold.
CLOSED = ("login", "password", "groups")
CHIEF = Actor(kind="staff", id="1", label="演示主编", permissions=frozenset({OVERRIDE_CHECKS}))
BELOW = tuple(f"{state} {kind}" for kind in CLOSED for state in ("published below", "draft below"))
HIDDEN = (*WRITTEN, *(f"published {kind}" for kind in CLOSED), *(f"draft {kind}" for kind in CLOSED), *BELOW)
WATCHERS = ("anonymous", "client without scope", "client with scope")


@dataclass
class Shelf:
    """Articles by their state, each with a text that stands nowhere else, and who asks."""

    articles: dict[str, ArticlePage]
    keys: dict[str, str | None]
    site: Site
    superuser: User


@pytest.fixture
def shelf(city: dict[str, Organisation]) -> Shelf:
    """One article in every state, placed, in menus, linked and redirected to from one that is published."""
    Site.objects.all().delete()
    home = Page.get_first_root_node().add_child(instance=HomePage(title="home", slug="gov"))
    site = Site.objects.create(hostname="gov.test", root_page=home, is_default_site=True)
    other = Page.get_first_root_node().add_child(instance=HomePage(title="other", slug="party"))
    Site.objects.create(hostname="party.test", root_page=other)
    columns = {name: _column(home, name) for name in ("news", *CLOSED)}
    elsewhere = _column(other, "elsewhere")
    articles = dict(_articles(columns))
    for kind in CLOSED:
        PageViewRestriction.objects.create(page=columns[kind], restriction_type=kind, password="x")
    for article in articles.values():
        ArticlePage.objects.filter(pk=article.pk).update(show_in_menus=True)
        Redirect.add_redirect(f"/old-{article.pk}", redirect_to=article, site=site)
        Placement.objects.create(
            article=article, site=elsewhere.get_site(), column=elsewhere, state="PLACED", url_path="/x/",
            placed_at=timezone.now(),
        )  # fmt: skip
    links = "".join(f'<p><a linktype="page" id="{one.pk}">to it</a></p>' for one in articles.values())
    leading = _write(columns["news"], "open", body=json.dumps([{"type": "paragraph", "value": links}]))
    leading.save_revision()
    # As an article whose links led somewhere when it was checked.
    override_checks(article=leading, actor=CHIEF, reason="test")
    leading.get_latest_revision().publish()
    scopes = {"client without scope": ["publicity.read"], "client with scope": ["publicity.read", "publicity.drafts"]}
    keys = {
        name: create_client(name=name, organisation=city["222403"], scopes=given, actor=SYSTEM)[1]
        for name, given in scopes.items()
    }
    return Shelf(articles, {"anonymous": None} | keys, site, User.objects.create_superuser("root", password=None))


def _column(home: Page, name: str) -> ColumnPage:
    column = HomePage.objects.get(pk=home.pk).add_child(instance=ColumnPage(title=f"column {name}", slug=name))
    ColumnPage.objects.filter(pk=column.pk).update(show_in_menus=True)
    return ColumnPage.objects.get(pk=column.pk)


def _write(column: ColumnPage, state: str, **fields: Any) -> ArticlePage:
    slug = state.replace(" ", "-")
    article = ArticlePage(title=text_of(state), slug=slug, live=False, summary=text_of(state), **fields)
    made: ArticlePage = ColumnPage.objects.get(pk=column.pk).add_child(instance=article)
    made.save_revision()
    return made


def _articles(columns: dict[str, ColumnPage]) -> Iterator[tuple[str, ArticlePage]]:
    news = columns["news"]
    yield "draft", _write(news, "draft")
    scheduled = _write(news, "scheduled", go_live_at=timezone.now() + timedelta(days=1))
    scheduled.save_revision().publish()
    yield "scheduled", scheduled
    expired = _write(news, "expired")
    expired.save_revision().publish()
    ArticlePage.objects.get(pk=expired.pk).unpublish(set_expired=True)
    yield "expired", expired
    changed = _write(news, "changed")
    changed.title = changed.summary = "what readers see"
    changed.save_revision().publish()
    changed.title = changed.summary = text_of("changed")
    changed.save_revision()
    yield "changed", changed
    for kind in CLOSED:
        for state in ("published", "draft"):
            own = _write(news, f"{state} {kind}")
            below = _write(columns[kind], f"{state} below {kind}")
            PageViewRestriction.objects.create(page=own, restriction_type=kind, password="x")
            if state == "published":
                own.save_revision().publish()
                below.save_revision().publish()
            yield f"{state} {kind}", own
            yield f"{state} below {kind}", below


def text_of(state: str) -> str:
    """The mark of a state."""
    return f"zq{state.replace(' ', '')}zq"


_FIELDS = "{ title summary url bodyHtml body { ... on PublicityArticleBodyParagraphBlock { richText { html tree } } } }"
# Doors at which nobody may be shown any of it.
READERS = (
    f"query ($id: ID) {{ publicityArticle(id: $id) {_FIELDS} }}",
    f"query ($slug: String) {{ publicityArticle(slug: $slug) {_FIELDS} }}",
    f"query ($id: ID!) {{ node(id: $id) {{ id ... on PublicityArticle {_FIELDS} }} }}",
    f"query ($id: ID!) {{ nodes(ids: [$id]) {{ id ... on PublicityArticle {_FIELDS} }} }}",
    'query ($id: ID!) { _entities(representations: [{__typename: "PublicityArticle", id: $id}]) '
    f"{{ ... on PublicityArticle {_FIELDS} }} }}",
    f"query ($slug: String!) {{ publicityArticles(where: {{slug: {{eq: $slug}}}}) {{ totalCount nodes {_FIELDS} }} }}",
    f"{{ publicityArticles(first: 100) {{ nodes {_FIELDS} }} }}",
    f'{{ publicityArticles(site: "party.test") {{ nodes {_FIELDS} }} }}',
    f'{{ publicityArticles(column: "news") {{ nodes {_FIELDS} }} }}',
    "{ changes(first: 500) { changes { id node { ... on PublicityArticle { title summary } } } } }",
    "{ sites { navigation(depth: 3) { title url children { title url children { title } } } } }",
    "query ($path: String!) { redirect(path: $path) { target } }",
    "{ redirects(first: 100) { nodes { target } } }",
)
DRAFTS = (
    f"query ($id: ID) {{ publicityArticle(id: $id, draft: true) {_FIELDS} }}",
    f"{{ publicityDrafts(first: 100) {{ nodes {_FIELDS} }} }}",
)


def shown(answer: Any) -> set[str]:
    """The states whose texts or addresses stand in an answer."""
    told = json.dumps(answer.get("data"))
    return {one for one in HIDDEN if text_of(one) in told or f"/{one.replace(' ', '-')}/" in told}


def ask(graphql: Ask, shelf: Shelf, query: str, state: str, who: str, **more: str) -> Any:
    article = shelf.articles[state]
    given = {
        "id": to_global_id("PublicityArticle", article.pk),
        "slug": article.slug,
        "path": f"/old-{article.pk}",
    } | more
    return graphql(
        query,
        key=shelf.keys[who],
        variables={name: one for name, one in given.items() if f"${name}:" in query},
        host="gov.test",
    )


def test_what_readers_cannot_see_is_at_no_door_of_readers(graphql: Ask, shelf: Shelf) -> None:
    # What is published and was changed since has an address that readers know.
    found = {
        (query, state, who): seen
        for query in READERS
        for state in (HIDDEN if "$" in query else HIDDEN[:1])
        for who in WATCHERS
        if (seen := shown(ask(graphql, shelf, query, state, who)) - {"changed"})
    }

    assert found == {}


def test_of_a_changed_article_readers_see_what_is_published(graphql: Ask, shelf: Shelf) -> None:
    for query in READERS:
        for who in WATCHERS:
            assert text_of("changed") not in json.dumps(ask(graphql, shelf, query, "changed", who))


def test_drafts_show_what_is_written_to_the_scope_alone_and_nothing_that_is_closed(graphql: Ask, shelf: Shelf) -> None:
    one, many = DRAFTS
    for who in WATCHERS:
        scope = who == "client with scope"
        for state in HIDDEN:
            assert shown(ask(graphql, shelf, one, state, who)) == ({state} if scope and state in WRITTEN else set())
        assert shown(ask(graphql, shelf, many, "draft", who)) == (set(WRITTEN) if scope else set())


def test_previews_show_what_is_written_and_nothing_that_is_closed(graphql: Ask, shelf: Shelf) -> None:
    query = f"query ($token: String!) {{ preview(token: $token) {{ ... on PublicityArticle {_FIELDS} }} }}"
    for state, article in shelf.articles.items():
        article.refresh_from_db()
        revision = article.latest_revision_id
        assert revision is not None
        claim = Claim("PublicityArticle", article.pk, revision, shelf.site.pk, "staff", shelf.superuser.pk)
        answer = ask(graphql, shelf, query, state, "anonymous", token=signed(claim))
        assert shown(answer) == ({state} if state in WRITTEN else set()), state
        if state not in WRITTEN:
            assert answer["errors"][0]["extensions"]["code"] == "PREVIEW_INVALID"
