"""Searching articles over GraphQL: readable ones that hold all the words, newest first, with what was found in them."""

from __future__ import annotations

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
from civicnet_publicity import selectors
from civicnet_publicity.rows import complete, names_for
from civicnet_publicity.schema import PublicityArticle, in_column, named_site

MOST, DEFAULT = 50, 20
# What reading the index, and where that finds nothing thousands of titles, takes beside a list.
COST, COUNT_COST = 200, 200


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, and the words."""

    page: Page
    words: tuple[str, ...]


class PublicitySearchEdge(graphene.ObjectType):
    """An article that was found."""

    node = graphene.Field(PublicityArticle, required=True)
    cursor = graphene.String(required=True)
    highlights = graphene.List(
        graphene.NonNull(SearchHighlight),
        required=True,
        description="Title and summary, if words stand there; none for what was found in the body alone.",
    )


class PublicitySearchConnection(graphene.ObjectType):
    """Articles that were found, newest first."""

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
            edge | {"highlights": highlights({one: edge["node"][one] for one in ("title", "summary")}, found.words)}
            for edge in found.page.edges
        ]

    @staticmethod
    def resolve_page_info(found: Found, info: GraphQLResolveInfo) -> Page:
        """Where the page ends."""
        return found.page

    @staticmethod
    def resolve_total_count(found: Found, info: GraphQLResolveInfo) -> int:
        """How many were found."""
        return found.page.count()


class SearchQuery:
    """The root field."""

    publicity_search = priced(
        graphene.Field(
            PublicitySearchConnection,
            required=True,
            query=graphene.String(required=True, description="1 to 8 words; articles hold all of them."),
            column=graphene.String(),
            site=graphene.String(),
            first=graphene.Int(description="1 to 50, or 20 if nothing is said."),
            after=graphene.String(description="A cursor of this list."),
            description="Readable articles that hold all the words, newest first.",
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
        first: int | None = None,
        after: str | None = None,
    ) -> Found:
        """Newest first."""
        size = DEFAULT if first is None else first
        if not 1 <= size <= MOST:
            raise InvalidInput(
                _("Ask for 1 to %(most)d rows a page.") % {"most": MOST}, code="PAGE_SIZE", field="first"
            )
        words, where, actor = words_of(query), named_site(site), info.context.actor
        found = selectors.found_articles(actor, words, where, in_columns=in_column(column, where))
        asked = asked_of(selection_of(info).at("nodes"))
        # Whatever is asked of an article, words are looked for in these.
        columns = tuple(dict.fromkeys([*names_for(asked), "title", "summary"]))
        page = paginate(found, columns=columns, order=selectors.BY_AGE, first=size, after=after)
        complete(page.rows, asked, actor)
        return Found(page, words)
