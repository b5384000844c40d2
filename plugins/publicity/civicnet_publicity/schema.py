"""Publicity in GraphQL: columns and articles that readers can see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from django.utils.translation import gettext as _
from graphql import GraphQLResolveInfo
from wagtail.models import Site

from civicnet.contract import Actor, Draft, Fragment, InvalidInput, NotFound
from civicnet.gateway.cache.lifetimes import never_kept
from civicnet.gateway.connection import ConnectionField, Page, paginate
from civicnet.gateway.content.asked import asked_of
from civicnet.gateway.content.links import ContentPageLink
from civicnet.gateway.content.pictures import ContentImage
from civicnet.gateway.core import Node
from civicnet.gateway.ids import from_global_id
from civicnet.gateway.prices import priced
from civicnet.gateway.selection import Selection, selection_of
from civicnet.gateway.where import By
from civicnet_publicity import selectors
from civicnet_publicity.addresses import site_label, site_named
from civicnet_publicity.drafts import DRAFT, draft_row, filled
from civicnet_publicity.feeds import feeds
from civicnet_publicity.metrics import MetricsQuery
from civicnet_publicity.models import ArticlePage, ColumnKind, DisclosureWay, Phase, Rhythm, Validity
from civicnet_publicity.permissions import READ_DRAFTS
from civicnet_publicity.rows import BODY, article_row, article_rows, column_rows, complete, names_for
from civicnet_publicity.site_settings import PublicitySiteSettings, site_settings
from civicnet_publicity.typed_filters import COST as FILTER_COST
from civicnet_publicity.typed_filters import field_conditions, fields_argument
from civicnet_publicity.typed_schema import column_type_field, defined, fields_field

MOST_WEEKS = 53
MOST_DAYS = 366

PublicityColumnKind = graphene.Enum.from_enum(ColumnKind, name="PublicityColumnKind")
PublicityPhase = graphene.Enum.from_enum(Phase, name="PublicityPhase")
PublicityRhythm = graphene.Enum.from_enum(Rhythm, name="PublicityRhythm")
PublicityValidity = graphene.Enum.from_enum(Validity, name="PublicityValidity")
PublicityDisclosureWay = graphene.Enum.from_enum(DisclosureWay, name="PublicityDisclosureWay")


class PublicityColumn(graphene.ObjectType):
    """A named section of a site."""

    class Meta:
        interfaces = (Node,)

    slug = graphene.String(required=True)
    title = graphene.String(required=True)
    description = graphene.String(required=True)
    kind = graphene.Field(PublicityColumnKind, required=True)
    phase = graphene.Field(PublicityPhase, description="How far the campaign has come, for the topic of one.")
    rhythm = graphene.Field(
        PublicityRhythm, description="How often something new may be expected; null: as the rules ask of its kind."
    )
    keywords = graphene.List(graphene.NonNull(graphene.String), required=True)
    column_type = column_type_field()
    url = graphene.String(required=True)
    article_count = graphene.Int(required=True, description="Articles that stand in it, its own and placed ones.")
    last_published_at = graphene.DateTime()


class PublicityPlacement(graphene.ObjectType):
    """Another site on which an article stands."""

    site = graphene.String(required=True)
    url = graphene.String(required=True)
    state = graphene.String(required=True)
    placed_at = graphene.DateTime()


class PublicityDisclosure(graphene.ObjectType):
    """The head of a disclosed document. Texts that were not given are empty."""

    index_number = graphene.String(required=True)
    issuing_body = graphene.String(required=True)
    document_number = graphene.String(required=True)
    document_date = graphene.Date(description="The day on which it was made.")
    theme_class = graphene.String(required=True)
    form_class = graphene.String(required=True)
    group_class = graphene.String(required=True)
    validity = graphene.Field(
        PublicityValidity, description="As its office has noted it; `validUntil` may have passed."
    )
    valid_from = graphene.Date()
    valid_until = graphene.Date(description="Of a repealed document, the day of its repeal.")
    disclosure_way = graphene.Field(PublicityDisclosureWay)
    disclosure_scope = graphene.String(required=True, description="For whom it is disclosed.")


class PublicityInterpretation(graphene.ObjectType):
    """A policy and what interprets it: told from both sides, whichever of the two texts says so."""

    policies = graphene.List(
        graphene.NonNull(ContentPageLink), required=True, description="The documents that the article interprets."
    )
    texts = graphene.List(graphene.NonNull(ContentPageLink), required=True, description="What interprets the article.")


class PublicityArticle(graphene.ObjectType):
    """An article. It has one id and one home address, wherever else it stands."""

    class Meta:
        interfaces = (Node,)

    title = graphene.String(required=True)
    slug = graphene.String(required=True)
    summary = graphene.String(required=True)
    is_draft = graphene.Boolean(required=True, description="Whether this is a text that readers do not see yet.")
    published_at = graphene.DateTime(
        required=True, description="When readers first saw it; of a draft that they never saw, when it was written."
    )
    updated_at = graphene.DateTime(
        required=True, description="When what readers see last changed; of a draft, when it was written."
    )
    column = graphene.Field(PublicityColumn)
    image = graphene.Field(ContentImage)
    keywords = graphene.List(graphene.NonNull(graphene.String), required=True)
    source = graphene.String(required=True)
    author = graphene.String(required=True)
    index_number = graphene.String()
    fields = fields_field()
    disclosure = graphene.Field(PublicityDisclosure, description="Null where there is no index number.")
    url = graphene.String(required=True)
    placements = graphene.List(graphene.NonNull(PublicityPlacement), required=True)
    view_count = priced(
        graphene.Int(required=True, description="How often it was read on the sites, by anybody but programs."), cost=2
    )
    interpretation = priced(
        graphene.Field(PublicityInterpretation, required=True, description="Where readers can see both sides."), cost=2
    )
    body = BODY.field("body", "Its blocks in the order in which they are read.")
    body_html = priced(graphene.String(required=True, description="The body as the site shows it."), cost=5)


class PublicityWeek(graphene.ObjectType):
    """What came in one week."""

    monday = graphene.Date(required=True)
    article_count = graphene.Int(required=True)


class PublicityViews(graphene.ObjectType):
    """How often articles were read on one site on one day."""

    day = graphene.Date(required=True)
    site = graphene.String(required=True)
    view_count = graphene.Int(required=True)


class PublicityChannelViews(graphene.ObjectType):
    """How often articles were read in one channel on one day, as its portal says."""

    day = graphene.Date(required=True)
    channel = graphene.String(required=True)
    view_count = graphene.Int(required=True)


class Query:
    """Root fields; everybody sees what is published, and nobody what is not."""

    publicity_columns = graphene.List(graphene.NonNull(PublicityColumn), required=True, site=graphene.String())
    publicity_articles = priced(
        ConnectionField(
            PublicityArticle,
            of=ArticlePage,
            where={
                "published_at": By("first_published_at", "range"),
                "slug": By("slug", "eq", "in"),
                "index_number": By("index_number", "eq", "in", "prefix", "isNull"),
            },
            order={"NEWEST": ("-first_published_at", "-id"), "OLDEST": ("first_published_at", "id")},
            filled=("first_published_at",),
            column=graphene.String(),
            site=graphene.String(),
            fields=fields_argument(),
        ),
        arguments={"fields": FILTER_COST},
    )
    publicity_article = graphene.Field(
        PublicityArticle,
        id=graphene.ID(),
        slug=graphene.String(),
        draft=graphene.Boolean(
            default_value=False,
            description="By id: the latest text, published or not. For clients with publicity.drafts, at its own site.",
        ),
    )
    publicity_drafts = ConnectionField(
        PublicityArticle,
        description="Articles of this site that are not published or were changed since, the newest first; their latest texts. "
        "For clients with publicity.drafts.",
    )
    publicity_weeks = priced(
        graphene.List(
            graphene.NonNull(PublicityWeek),
            required=True,
            site=graphene.String(),
            weeks=graphene.Int(default_value=12),
            description="Articles for each of the last weeks, oldest first.",
        ),
        sizes=("weeks",),
    )

    publicity_views = priced(
        graphene.List(
            graphene.NonNull(PublicityViews),
            required=True,
            site=graphene.String(),
            article=graphene.ID(),
            days=graphene.Int(default_value=30),
            description="Views of articles by day and site, oldest first; days without any are left out.",
        ),
        sizes=("days",),
    )

    publicity_channel_views = priced(
        graphene.List(
            graphene.NonNull(PublicityChannelViews),
            required=True,
            article=graphene.ID(),
            days=graphene.Int(default_value=30),
            description="Views by day and channel, oldest first, as portals report them; for clients with publicity.read.",
        ),
        sizes=("days",),
    )

    @staticmethod
    def resolve_publicity_columns(root: Any, info: GraphQLResolveInfo, site: str | None = None) -> list[dict[str, Any]]:
        """The columns of one site, or of all."""
        return column_rows(selectors.columns(named_site(site)), selection_of(info).fields)

    @staticmethod
    def resolve_publicity_articles(
        root: Any,
        info: GraphQLResolveInfo,
        column: str | None = None,
        site: str | None = None,
        fields: list[dict[str, Any]] | None = None,
        **page: Any,
    ) -> Page:
        """Newest first."""
        where = named_site(site)
        inside = in_column(column, where)
        articles = selectors.article_rows(info.context.actor, where, in_columns=inside)
        page["where"] = [*page["where"], *field_conditions(inside, fields)]
        asked = asked_of(selection_of(info).at("nodes"))
        found = paginate(articles, columns=names_for(asked), **page)
        complete(found.rows, asked, info.context.actor)
        return found

    @staticmethod
    def resolve_publicity_article(
        root: Any,
        info: GraphQLResolveInfo,
        id: str | None = None,  # noqa: A002
        slug: str | None = None,
        draft: bool | None = False,
    ) -> dict[str, Any] | None:
        """One article by its id, or the newest with this slug."""
        if (id is None) == (slug is None):
            raise InvalidInput(_("Give either an id or a slug."))
        if draft:
            return _draft(info, id)
        if slug is not None:
            return article_row(info.context.actor, asked_of(selection_of(info)), slug=slug)
        name, pk = from_global_id(id or "")
        if name != "PublicityArticle":
            return None
        return article_row(info.context.actor, asked_of(selection_of(info)), pk=pk)

    @staticmethod
    def resolve_publicity_drafts(root: Any, info: GraphQLResolveInfo, **page: Any) -> Page:
        """Newest first, by when they were begun."""
        never_kept(info)
        drafts = selectors.draft_articles(info.context.actor, info.context.snapshot.site_id)
        found = paginate(drafts, columns=DRAFT, order=("-id",), **page)
        found.rows = filled(found.rows, asked_of(selection_of(info).at("nodes")), info.context.actor)
        return found

    @staticmethod
    def resolve_publicity_weeks(
        root: Any, info: GraphQLResolveInfo, weeks: int | None, site: str | None = None
    ) -> list[dict[str, Any]]:
        """Weeks without an article are in the list too."""
        if weeks is None or not 1 <= weeks <= MOST_WEEKS:
            raise InvalidInput(_("Ask for 1 to %(most)d weeks.") % {"most": MOST_WEEKS}, field="weeks")
        counted = selectors.articles_by_week(actor=info.context.actor, site=named_site(site), weeks=weeks)
        return [{"monday": monday, "article_count": count} for monday, count in counted]

    @staticmethod
    def resolve_publicity_views(
        root: Any, info: GraphQLResolveInfo, days: int | None, site: str | None = None, article: str | None = None
    ) -> list[dict[str, Any]]:
        """Sums; nobody is in them."""
        asked = _views_asked(days, article)
        if asked is None:
            return []
        found = selectors.views_by_day(info.context.actor, site=named_site(site), **asked)
        return [{"day": day, "site": site_label(on), "view_count": count} for day, on, count in found]

    @staticmethod
    def resolve_publicity_channel_views(
        root: Any, info: GraphQLResolveInfo, days: int | None, article: str | None = None
    ) -> list[dict[str, Any]]:
        """Sums; nobody is in them, and readers are not told where else articles go."""
        asked = _views_asked(days, article)
        if asked is None:
            return []
        found = selectors.channel_views_by_day(info.context.actor, **asked)
        return [{"day": day, "channel": channel, "view_count": count} for day, channel, count in found]


def fragment() -> Fragment:
    """The plugin's part of the schema."""
    from civicnet_publicity.channel_schema import Mutation
    from civicnet_publicity.check_schema import FindingsQuery

    # It stands on the types above.
    from civicnet_publicity.search import SearchQuery

    return Fragment(
        query=type("Query", (Query, SearchQuery, FindingsQuery, MetricsQuery), {}),
        mutation=Mutation,
        nodes={"PublicityArticle": _load_article, "PublicityColumn": _load_column},
        batches={"PublicityArticle": _load_articles, "PublicityColumn": _load_columns},
        feeds=feeds(),
        types=(PublicitySiteSettings,),
        site_settings={"PublicitySiteSettings": site_settings},
        defined=defined,
        drafts={"PublicityArticle": Draft(ArticlePage, READ_DRAFTS, _load_draft)},
    )


def _views_asked(days: int | None, article: str | None) -> dict[str, Any] | None:
    """Days, and the number of an article or None for all; None as a whole for the id of something else."""
    if days is None or not 1 <= days <= MOST_DAYS:
        raise InvalidInput(_("Ask for 1 to %(most)d days.") % {"most": MOST_DAYS}, field="days")
    name, pk = from_global_id(article) if article is not None else ("PublicityArticle", None)
    return {"days": days, "article": pk} if name == "PublicityArticle" else None


def _draft(info: GraphQLResolveInfo, id: str | None) -> dict[str, Any] | None:  # noqa: A002
    never_kept(info)
    actor, asked = info.context.actor, asked_of(selection_of(info))
    drafts = selectors.draft_articles(actor, info.context.snapshot.site_id)
    if id is None:
        raise InvalidInput(_("Drafts are asked for by id."), field="slug")
    name, pk = from_global_id(id)
    if name != "PublicityArticle":
        return None
    rows = filled(list(drafts.filter(pk=pk).values(*DRAFT)), asked, actor)
    # One without a change is told as readers see it.
    return rows[0] if rows else article_row(actor, asked, pk=pk)


def _load_draft(pk: int, revision: int, selection: Selection | None) -> dict[str, Any] | None:
    return draft_row(pk, revision, asked_of(selection))


def _load_articles(actor: Actor, pks: Sequence[int], selection: Selection | None) -> Mapping[int, dict[str, Any]]:
    return article_rows(actor, pks, asked_of(selection))


def _load_columns(actor: Actor, pks: Sequence[int], selection: Selection | None) -> Mapping[int, dict[str, Any]]:
    found = [column for column in selectors.columns() if column.id in pks]
    return {row["id"]: row for row in column_rows(found, None if selection is None else selection.fields)}


def _load_article(actor: Actor, pk: int) -> dict[str, Any] | None:
    return _load_articles(actor, [pk], None).get(pk)


def _load_column(actor: Actor, pk: int) -> dict[str, Any] | None:
    return _load_columns(actor, [pk], None).get(pk)


def named_site(name: str | None) -> Site | None:
    """The site of a host name; None for None.

    Raises:
        NotFound: there is no such site.
    """
    if name is None:
        return None
    site = site_named(name)
    if site is None:
        raise NotFound(_("There is no site %(name)s.") % {"name": name}, field="site")
    return site


def in_column(slug: str | None, site: Site | None) -> list[selectors.Column] | None:
    """Columns of this name, of one site or of all; None, for everything, if no name is given."""
    return None if slug is None else selectors.columns_named(slug, site)
