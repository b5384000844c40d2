"""Publicity in GraphQL: columns and articles that readers can see."""

from __future__ import annotations

from typing import Any

import graphene
from django.utils.translation import gettext as _
from graphql import GraphQLResolveInfo
from wagtail.models import Site

from civicnet.contract import Actor, Fragment, InvalidInput, NotFound
from civicnet.gateway.connection import ConnectionField, Page, paginate
from civicnet.gateway.core import Node
from civicnet.gateway.ids import from_global_id
from civicnet.gateway.selection import selection_of
from civicnet_publicity import selectors
from civicnet_publicity.addresses import site_named
from civicnet_publicity.models import ColumnKind
from civicnet_publicity.rows import ORDER, article_row, column_row, column_rows, complete, names_for

MOST_WEEKS = 53

PublicityColumnKind = graphene.Enum.from_enum(ColumnKind, name="PublicityColumnKind")


class PublicityColumn(graphene.ObjectType):
    """A named section of a site."""

    class Meta:
        interfaces = (Node,)

    slug = graphene.String(required=True)
    title = graphene.String(required=True)
    description = graphene.String(required=True)
    kind = graphene.Field(PublicityColumnKind, required=True)
    url = graphene.String(required=True)
    article_count = graphene.Int(required=True, description="Articles that stand in it, its own and placed ones.")
    last_published_at = graphene.DateTime()


class PublicityPlacement(graphene.ObjectType):
    """Another site on which an article stands."""

    site = graphene.String(required=True)
    url = graphene.String(required=True)
    state = graphene.String(required=True)
    placed_at = graphene.DateTime()


class PublicityArticle(graphene.ObjectType):
    """An article. It has one id and one home address, wherever else it stands."""

    class Meta:
        interfaces = (Node,)

    title = graphene.String(required=True)
    slug = graphene.String(required=True)
    summary = graphene.String(required=True)
    published_at = graphene.DateTime(required=True, description="When readers first saw it.")
    column = graphene.Field(PublicityColumn)
    source = graphene.String(required=True)
    author = graphene.String(required=True)
    index_number = graphene.String()
    url = graphene.String(required=True)
    placements = graphene.List(graphene.NonNull(PublicityPlacement), required=True)
    body_html = graphene.String(required=True)


class PublicityWeek(graphene.ObjectType):
    """What came in one week."""

    monday = graphene.Date(required=True)
    article_count = graphene.Int(required=True)


class Query:
    """Root fields; everybody sees what is published, and nobody what is not."""

    publicity_columns = graphene.List(graphene.NonNull(PublicityColumn), required=True, site=graphene.String())
    publicity_articles = ConnectionField(PublicityArticle, column=graphene.String(), site=graphene.String())
    publicity_article = graphene.Field(PublicityArticle, id=graphene.ID(), slug=graphene.String())
    publicity_weeks = graphene.List(
        graphene.NonNull(PublicityWeek),
        required=True,
        site=graphene.String(),
        weeks=graphene.Int(default_value=12),
        description="Articles for each of the last weeks, oldest first.",
    )

    @staticmethod
    def resolve_publicity_columns(root: Any, info: GraphQLResolveInfo, site: str | None = None) -> list[dict[str, Any]]:
        """The columns of one site, or of all."""
        return column_rows(selectors.columns(_site(site)), selection_of(info).names)

    @staticmethod
    def resolve_publicity_articles(
        root: Any,
        info: GraphQLResolveInfo,
        first: int,
        after: str | None = None,
        column: str | None = None,
        site: str | None = None,
    ) -> Page:
        """Newest first."""
        where = _site(site)
        chosen = None if column is None else [one for one in selectors.columns(where) if one.slug == column]
        found = selectors.published_articles(info.context.actor, where, in_columns=chosen)
        asked = selection_of(info).names
        page = paginate(found, columns=names_for(asked), order=ORDER, first=first, after=after)
        complete(page.rows, asked, info.context.actor)
        return page

    @staticmethod
    def resolve_publicity_article(
        root: Any,
        info: GraphQLResolveInfo,
        id: str | None = None,  # noqa: A002
        slug: str | None = None,
    ) -> dict[str, Any] | None:
        """One article by its id, or the newest with this slug."""
        if (id is None) == (slug is None):
            raise InvalidInput(_("Give either an id or a slug."))
        if slug is not None:
            return article_row(info.context.actor, selection_of(info).names, slug=slug)
        name, pk = from_global_id(id or "")
        return article_row(info.context.actor, selection_of(info).names, pk=pk) if name == "PublicityArticle" else None

    @staticmethod
    def resolve_publicity_weeks(
        root: Any, info: GraphQLResolveInfo, weeks: int, site: str | None = None
    ) -> list[dict[str, Any]]:
        """Weeks without an article are in the list too."""
        if not 1 <= weeks <= MOST_WEEKS:
            raise InvalidInput(_("Ask for 1 to %(most)d weeks.") % {"most": MOST_WEEKS}, field="weeks")
        counted = selectors.articles_by_week(actor=info.context.actor, site=_site(site), weeks=weeks)
        return [{"monday": monday, "article_count": count} for monday, count in counted]


def fragment() -> Fragment:
    """The plugin's part of the schema."""
    return Fragment(query=Query, nodes={"PublicityArticle": _load_article, "PublicityColumn": _load_column})


def _load_article(actor: Actor, pk: int) -> dict[str, Any] | None:
    return article_row(actor, {"column", "articleCount", "placements", "bodyHtml"}, pk=pk)


def _load_column(actor: Actor, pk: int) -> dict[str, Any] | None:
    return column_row(pk)


def _site(name: str | None) -> Site | None:
    if name is None:
        return None
    site = site_named(name)
    if site is None:
        raise NotFound(_("There is no site %(name)s.") % {"name": name}, field="site")
    return site
