"""Searching articles over GraphQL: readable ones that hold all the words, with what was found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import graphene
from django.utils.translation import gettext as _
from graphql import GraphQLResolveInfo

from civicnet.contract import InvalidInput
from civicnet.gateway.connection import Page, PageInfo, paginate
from civicnet.gateway.content.asked import asked_of
from civicnet.gateway.prices import priced
from civicnet.gateway.search.highlights import SearchHighlight, highlights
from civicnet.gateway.search.words import words_of
from civicnet.gateway.selection import selection_of
from civicnet.search.marking import excerpt
from civicnet_publicity import selectors
from civicnet_publicity.rows import complete, names_for
from civicnet_publicity.schema import PublicityArticle, in_column, named_site
from civicnet_publicity.told_texts import body_text

MOST, DEFAULT = 50, 20
# What reading the index, and a list that no index holds in its order, takes beside a list.
COST, COUNT_COST = 200, 200

PublicitySearchOrder = graphene.Enum("PublicitySearchOrder", [("NEWEST", "NEWEST"), ("SCORE", "SCORE")])
_ORDERS = {"NEWEST": selectors.BY_AGE, "SCORE": selectors.BY_SCORE}


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, the words, and by article the text of its body where that is asked for."""

    page: Page
    articles: selectors.FoundArticles
    words: tuple[str, ...]
    bodies: Mapping[int, str]


class PublicitySearchEdge(graphene.ObjectType):
    """An article that was found."""

    node = graphene.Field(PublicityArticle, required=True)
    cursor = graphene.String(required=True)
    highlights = graphene.List(
        graphene.NonNull(SearchHighlight),
        required=True,
        description="Title and summary, if words stand there, and the part of the body around the first that does.",
    )


class PublicitySearchConnection(graphene.ObjectType):
    """Articles that were found."""

    nodes = graphene.List(graphene.NonNull(PublicityArticle), required=True)
    edges = graphene.List(graphene.NonNull(PublicitySearchEdge), required=True)
    page_info = graphene.Field(PageInfo, required=True)
    total_count = priced(graphene.Int(required=True), cost=COUNT_COST)

    @staticmethod
    def resolve_nodes(found: Found, info: GraphQLResolveInfo) -> Any:
        """The articles alone."""
        return found.page.nodes

    @staticmethod
    def resolve_edges(found: Found, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """The articles, each with its cursor and what was found in it."""
        return [
            edge | {"highlights": highlights(_texts(edge["node"], found), found.words)} for edge in found.page.edges
        ]

    @staticmethod
    def resolve_page_info(found: Found, info: GraphQLResolveInfo) -> Page:
        """Where the page ends."""
        return found.page

    @staticmethod
    def resolve_total_count(found: Found, info: GraphQLResolveInfo) -> int:
        """How many were found."""
        return found.articles.count()


class SearchQuery:
    """The root field."""

    publicity_search = priced(
        graphene.Field(
            PublicitySearchConnection,
            required=True,
            query=graphene.String(required=True, description="1 to 8 words; articles hold all of them."),
            column=graphene.String(),
            site=graphene.String(),
            order_by=graphene.Argument(
                PublicitySearchOrder,
                description="NEWEST unless told. By SCORE, words of titles come before parts of words and words of bodies; "
                "where a word stands in more than 1,000 articles, the newest come first.",
            ),
            first=graphene.Int(description="1 to 50, or 20 if nothing is said."),
            after=graphene.String(description="A cursor of this list."),
            description="Readable articles that hold all the words.",
        ),
        cost=COST,
    )

    @staticmethod
    def resolve_publicity_search(
        root: Any,
        info: GraphQLResolveInfo,
        query: str,
        column: str | None = None,
        site: str | None = None,
        order_by: Any = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Found:
        """A page of them."""
        size = DEFAULT if first is None else first
        if not 1 <= size <= MOST:
            raise InvalidInput(
                _("Ask for 1 to %(most)d rows a page.") % {"most": MOST}, code="PAGE_SIZE", field="first"
            )
        words, where, actor = words_of(query), named_site(site), info.context.actor
        found = selectors.found_articles(actor, words, where, in_columns=in_column(column, where))
        selection = selection_of(info)
        asked = asked_of(selection.at("nodes"))
        # Whatever is asked of an article, words are looked for in these.
        marked = ("title", "summary", "body") if selection.asks("edges", "highlights") else ()
        order = _ORDERS[order_by.value if order_by else "NEWEST"]
        columns = tuple(dict.fromkeys([*names_for(asked), *marked]))
        page = paginate(found.rows, columns=columns, order=order, first=size, after=after)
        # Before the body becomes what was asked of it.
        bodies = {row["id"]: body_text(row["body"].raw_data) for row in page.rows} if marked else {}
        complete(page.rows, asked, actor)
        return Found(page, found, words, bodies)


def _texts(row: Mapping[str, Any], found: Found) -> dict[str, str]:
    return {
        "title": row["title"],
        "summary": row["summary"],
        "body": excerpt(found.bodies[row["id"]], found.words),
    }
