"""Channels, and how articles stand with them, as far as somebody may see: their own articles', or all where they place any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from civicnet.contract import ANONYMOUS, Actor
from civicnet.lifecycle.hooks import collect
from civicnet_publicity.models import (
    ArticlePage,
    Channel,
    ChannelDelivery,
    ChannelState,
    ChannelWish,
    ColumnPage,
    Placement,
)
from civicnet_publicity.permissions import can_manage_channels, can_place
from civicnet_publicity.selectors.articles import published_articles
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.selectors.public import STEP

PORTAL = "publicity.portal"
FILES = "publicity.files"


@dataclass(frozen=True, slots=True)
class KnownKind:
    """A kind of channels that can be served now, and the plugin that serves it."""

    plugin: str
    kind: Any


def known_kinds() -> Mapping[str, KnownKind]:
    """The kinds of all plugins that are on, by key; a key outside a plugin's own name counts for nothing."""
    return {
        kind.key: KnownKind(answer.plugin, kind)
        for answer in collect("publicity_channel_kinds")
        for kind in answer.value
        if kind.key.startswith(f"{answer.plugin}.")
    }


def visible_channels(actor: Actor) -> QuerySet[Channel]:
    """All channels, without their secrets, for whoever sets them up or places articles; the others learn of their articles'."""
    rows = Channel.objects.defer("secrets")
    return rows if can_manage_channels(actor) or can_place(actor) else rows.none()


def visible_deliveries(actor: Actor) -> QuerySet[ChannelDelivery]:
    """Those of the articles that the actor may change; of all, also of deleted ones, where they place articles."""
    rows = ChannelDelivery.objects.select_related("channel").defer("channel__secrets")
    if can_place(actor):
        return rows
    return rows.filter(article__in=Desk(actor).articles().order_by().values("pk"))


def not_arrived(deliveries: QuerySet[ChannelDelivery]) -> QuerySet[ChannelDelivery]:
    """Those whose newest wish has not come to its end, what was wished last first."""
    # Named one by one: an index finds states, and does not find what is none.
    open_ones = [state for state in ChannelState if state != ChannelState.ARRIVED]
    return deliveries.filter(state__in=open_ones).order_by("-wished_at", "-pk")


def channel_figures(deliveries: QuerySet[ChannelDelivery]) -> dict[int, dict[str, int]]:
    """By channel, how many stand there, are on their way, are stuck, and wait to be confirmed. One statement."""
    counted = deliveries.order_by().values("channel", "state").annotate(n=Count("pk"), standing=Count("there"))
    figures: dict[int, dict[str, int]] = {}
    for row in counted:
        line = figures.setdefault(row["channel"], dict.fromkeys((*ChannelState.values, "standing"), 0))
        line[row["state"]] += row["n"]
        line["standing"] += row["standing"]
    return figures


def wished_channels(article: ArticlePage) -> list[int]:
    """Where the published version of an article is to go: its own choice, or that of its column."""
    if not article.channels_as_column:
        return [channel.pk for channel in article.channels.all()]
    column = ColumnPage.objects.filter(path=article.path[:-STEP]).first()
    if column is None:
        return []
    own = [channel.pk for channel in column.channels.all()]
    # Without channels of its own, a column sends where its type does.
    return own or ([channel.pk for channel in column.column_type.channels.all()] if column.column_type else [])


def is_readable(pk: int) -> bool:
    """Whether readers can see an article now."""
    return bool(published_articles(ANONYMOUS).filter(pk=pk).exists())


def home_and_picture(pk: int) -> tuple[str, Any]:
    """Of an article that was found to be readable: its path in the tree, and the picture that stands beside it in lists."""
    page = ArticlePage.objects.select_related("image").get(pk=pk)
    return page.url_path, page.image


def stuck_deliveries(actor: Actor) -> QuerySet[ChannelDelivery]:
    """What waits for somebody, for whoever may do something about it everywhere."""
    rows = ChannelDelivery.objects.filter(state=ChannelState.STUCK)
    return rows if can_place(actor) else rows.none()


def client_channels(client: str) -> list[int]:
    """The channels that lead to an API client."""
    rows = Channel.objects.filter(kind=PORTAL).values_list("pk", "settings")
    return [pk for pk, settings in rows if settings.get("client") == client]


def out_of_step() -> QuerySet[ChannelDelivery]:
    """What is wished to stand somewhere and cannot be read here any more, or not in this version. One statement."""
    shown = published_articles(ANONYMOUS).order_by().annotate(version=Coalesce("live_revision_id", 0))
    same = shown.filter(pk=OuterRef("article"), version=Coalesce(OuterRef("version"), 0))
    return ChannelDelivery.objects.filter(~Exists(same), wish=ChannelWish.PUBLISH)


def placement_lines(article: int) -> list[Placement]:
    """On which of our other sites an article stands, or why not."""
    return list(Placement.objects.filter(article=article).select_related("site", "column").order_by("pk"))
