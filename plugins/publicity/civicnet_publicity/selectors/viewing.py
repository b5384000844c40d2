"""How often articles were read. Of what readers do not see any more nothing is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import QuerySet, Sum
from django.db.models.functions import Length, Substr
from django.utils import timezone
from wagtail.models import Site

from civicnet.contract import Actor
from civicnet_publicity.models import ArticleViews, ChannelViews
from civicnet_publicity.permissions import can_see_withdrawn
from civicnet_publicity.selectors.articles import published_articles
from civicnet_publicity.selectors.public import STEP


def views_of(articles: Sequence[int]) -> dict[int, int]:
    """How often each of these articles was read, on all sites and days that are kept. One statement."""
    rows = ArticleViews.objects.filter(article__in=list(articles)).order_by().values("article").annotate(n=Sum("views"))
    return dict.fromkeys(articles, 0) | dict(rows.values_list("article", "n"))


def views_by_day(
    actor: Actor, *, days: int, site: Site | None = None, article: int | None = None
) -> list[tuple[date, int, int]]:
    """Day, number of the site and views of the last days, today included, oldest first; days without a view are left out.

    Of one site or all, of one article or all that readers can see. One statement.
    """
    since = timezone.localdate() - timedelta(days=days - 1)
    seen = published_articles(actor)
    if article is not None:
        seen = seen.filter(pk=article)
    found = ArticleViews.objects.filter(day__gte=since, article__in=seen.order_by().values("pk"))
    if site is not None:
        found = found.filter(site=site)
    rows = found.order_by("day", "site").values("day", "site").annotate(n=Sum("views"))
    return list(rows.values_list("day", "site", "n"))


def views_by_column(paths: Sequence[str], *, days: int) -> dict[str, int]:
    """How often articles that live in columns were read within the last days, by the column's path. One statement."""
    since = timezone.localdate() - timedelta(days=days - 1)
    found = ArticleViews.objects.filter(day__gte=since).annotate(
        column=Substr("article__path", 1, Length("article__path") - STEP)
    )
    rows = found.filter(column__in=list(paths)).order_by().values("column").annotate(n=Sum("views"))
    return dict(rows.values_list("column", "n"))


def views_in_channels(article: int) -> dict[int, int]:
    """How often an article was read in each channel whose portal says so, by the channel's number. One statement."""
    return _by_channel(ChannelViews.objects.filter(article=article))


def views_of_channels(*, days: int) -> dict[int, int]:
    """How often articles were read in each channel within the last days. One statement."""
    return _by_channel(ChannelViews.objects.filter(day__gt=timezone.localdate() - timedelta(days=days)))


def channel_views_by_day(actor: Actor, *, days: int, article: int | None = None) -> list[tuple[date, str, int]]:
    """Day, channel and views of the last days, today included, oldest first, for whoever may know where articles stand.

    Of one article or all that readers can see. One statement.
    """
    if not can_see_withdrawn(actor):
        return []
    seen = published_articles(actor)
    if article is not None:
        seen = seen.filter(pk=article)
    since = timezone.localdate() - timedelta(days=days - 1)
    found = ChannelViews.objects.filter(day__gte=since, article__in=seen.order_by().values("pk"))
    rows = found.order_by("day", "channel__name").values("day", "channel__name").annotate(n=Sum("views"))
    return list(rows.values_list("day", "channel__name", "n"))


def _by_channel(rows: QuerySet[ChannelViews]) -> dict[int, int]:
    return dict(rows.order_by().values("channel").annotate(n=Sum("views")).values_list("channel", "n"))
