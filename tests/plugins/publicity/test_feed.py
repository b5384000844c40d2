"""A portal that follows the feed has the articles and columns that it would read, after whatever an editor does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wagtail.models import Page, PageViewRestriction, Site

from civicnet.access.actors import SYSTEM
from civicnet.gateway.feed.sequencer import catch_up
from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_publicity.services import place_article, withdraw_article

pytestmark = pytest.mark.django_db
ARTICLE = (
    "title slug summary publishedAt source author indexNumber url bodyHtml column { id } placements { site url state }"
)
COLUMN = "slug title description kind url"
CHANGES = f"""
query ($after: String) {{
  changes(after: $after, types: ["PublicityColumn", "PublicityArticle"], first: 100) {{
    endCursor hasNextPage
    nodes {{ operation id node {{ id ... on PublicityArticle {{ {ARTICLE} }} ... on PublicityColumn {{ {COLUMN} }} }} }}
  }}
}}
"""
ALL = f"""
{{
  publicityColumns {{ id {COLUMN} }}
  publicityArticles(first: 100) {{ nodes {{ id {ARTICLE} }} }}
}}
"""


class Portal:
    """Follows from the beginning; ``differs`` is what it has otherwise than a full reading."""

    def __init__(self, ask: Callable[..., dict[str, Any]]) -> None:
        self.ask, self.rows, self.cursor, self.told = ask, dict[str, Any](), None, 0

    def follow(self) -> int:
        """How many changes were told."""
        self.told, more = 0, True
        while more:
            answer = self.ask(CHANGES, variables={"after": self.cursor})
            assert "errors" not in answer, answer
            page = answer["data"]["changes"]
            for one in page["nodes"]:
                self.rows.pop(one["id"], None)
                if one["node"]:
                    self.rows[one["id"]] = one["node"]
            self.told += len(page["nodes"])
            self.cursor, more = page["endCursor"], page["hasNextPage"]
        return self.told

    def differs(self) -> dict[str, tuple[Any, Any]]:
        """By title: what it has, and what can be read."""
        self.follow()
        read = self.ask(ALL)["data"]
        live = {one["id"]: one for one in (*read["publicityColumns"], *read["publicityArticles"]["nodes"])}
        both = self.rows.keys() | live.keys()
        return {pk: (self.rows.get(pk), live.get(pk)) for pk in both if self.rows.get(pk) != live.get(pk)}


@pytest.fixture
def portal(sites, write, graphql) -> Portal:
    for n in range(3):
        write("gov/news", f"news-{n}")
    write("gov/notices", "notice")
    catch_up(seconds=10)
    made = Portal(graphql)
    assert made.differs() == {}
    assert made.told == 9
    return made


def article(slug: str = "news-0") -> ArticlePage:
    return ArticlePage.objects.get(slug=slug)


def column(slug: str = "news", host: str = "gov.test") -> ColumnPage:
    return ColumnPage.objects.get(slug=slug, path__startswith=Site.objects.get(hostname=host).root_page.path)


def rename_column() -> None:
    page = column()
    page.slug = "latest"
    page.save_revision().publish()


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def edit() -> None:
    page = article()
    page.title, page.body = "新题", [("paragraph", "<p>新文</p>")]
    page.save_revision().publish()


def change_host() -> None:
    site = Site.objects.get(hostname="gov.test")
    site.hostname = "new.test"
    site.save()


def place(slug: str) -> None:
    place_article(article=article(slug), column=column("experience", "party.test"), actor=SYSTEM)


def withdraw(slug: str) -> None:
    there = column("experience", "party.test")
    withdraw_article(article=article(slug), column=there, actor=SYSTEM, reason="test")


def draft() -> None:
    page = article("news-1")
    page.title = "未发布"
    page.save_revision()


# Each act with how many nodes differ after it: articles news-0 to news-2 and a notice, five columns on two sites.
ACTS: list[tuple[str, Callable[[], Any], int]] = [
    ("a draft", draft, 0),
    ("an edit", edit, 1),
    ("a write past the ORM's signals", lambda: Page.objects.filter(slug="news-1").update(title="改"), 1),
    ("an article that moves", lambda: article().move(column("notices"), "last-child"), 1),
    ("an article on another site", lambda: place("news-1"), 1),
    ("and withdrawn from there", lambda: withdraw("news-1"), 1),
    ("on another site again", lambda: place("news-1"), 1),
    ("where its column is taken down", lambda: column("experience", "party.test").unpublish(), 2),
    ("a column with another address", rename_column, 3),
    ("an article that is for members", lambda: restrict(article("news-2")), 1),
    ("and is for all again", lambda: PageViewRestriction.objects.all().delete(), 1),
    ("a column that is for members", lambda: restrict(column("notices")), 3),
    ("and is for all again", lambda: PageViewRestriction.objects.all().delete(), 3),
    ("a site with another host", change_host, 7),
    ("an article that is taken down", lambda: article("news-1").unpublish(), 1),
    ("a column that is taken down", lambda: column("notices", "new.test").unpublish(), 3),
    ("an article that is deleted", lambda: article("news-2").delete(), 1),
    ("a column that is deleted", lambda: column("notices", "new.test").delete(), 2),
]


def test_after_any_act_the_copy_is_what_can_be_read_and_nothing_else_was_told(portal: Portal) -> None:
    for name, act, told in ACTS:
        act()

        assert portal.differs() == {}, name
        assert portal.told == told, name
