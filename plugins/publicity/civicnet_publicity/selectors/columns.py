"""Columns, and how much stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Length, Substr, TruncMonth, TruncWeek
from django.utils import timezone
from wagtail.models import Site

from civicnet.contract import Actor
from civicnet.gateway.statements import Rows, Values, statement
from civicnet_publicity.models import ArticlePage, ColumnPage, Placement, PlacementState
from civicnet_publicity.selectors.articles import published_articles
from civicnet_publicity.selectors.public import STEP, below, range_below, readable

FIELDS = (
    "id", "path", "slug", "title", "description", "kind", "phase", "rhythm", "keywords", "url_path", "column_type_id"
)  # fmt: skip


class Standing(Protocol):
    """A column by number and path."""

    @property
    def id(self) -> int:
        """Its number."""
        ...

    @property
    def path(self) -> str:
        """Where in the tree of pages it stands."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """A column as pages and GraphQL show it."""

    id: int
    path: str
    slug: str
    title: str
    description: str
    kind: str
    phase: str
    rhythm: str
    keywords: str
    url_path: str
    column_type_id: int | None = None


def columns(site: Site | None = None) -> list[Column]:
    """The columns readers see, of one site or of all, in the order in which editors arranged them."""
    found = readable_columns()
    if site is not None:
        found = found.filter(below(site.root_page.path))
    return [Column(**row) for row in found.order_by("path").values(*FIELDS)]


def columns_named(slug: str, site: Site | None = None) -> list[Column]:
    """The columns readers see that have this slug, at most one on each site. One statement."""
    if site is None:
        return _read(_NAMED.rows(slug=slug))
    start, end = range_below(site.root_page.path)
    return _read(_NAMED_ON_SITE.rows(slug=slug, start=start, end=end))


def columns_at(paths: Iterable[str]) -> dict[str, Column]:
    """Columns by path, for articles whose path is known. One statement."""
    return {column.path: column for column in _read(_AT.rows(paths=set(paths)))}


def column_figures(found: Sequence[Standing]) -> Mapping[int, tuple[int, datetime | None]]:
    """For each column, how many articles readers find in it and the newest date that they see. Two statements.

    What is placed is dated when readers first saw it at home: an old article in another place is nothing new.
    """
    by_path = {column.path: column.id for column in found}
    figures: dict[int, tuple[int, datetime | None]] = {column.id: (0, None) for column in found}
    own = (
        ArticlePage.objects.filter(readable(), first_published_at__isnull=False)
        .annotate(parent=Substr("path", 1, Length("path") - STEP))
        .filter(parent__in=by_path)
    )
    placed = Placement.objects.filter(
        state=PlacementState.PLACED,
        column__in=figures,
        article__in=ArticlePage.objects.filter(readable()).values("pk"),
    )
    own_rows = own.order_by().values("parent").annotate(n=Count("pk"), last=Max("first_published_at"))
    placed_rows = placed.order_by().values("column").annotate(n=Count("pk"), last=Max("article__first_published_at"))
    for parent, count, last in own_rows.values_list("parent", "n", "last"):
        _add(figures, by_path[parent], count, last)
    for column, count, last in placed_rows.values_list("column", "n", "last"):
        _add(figures, column, count, last)
    return figures


def articles_by_week(*, actor: Actor, site: Site | None, weeks: int) -> list[tuple[date, int]]:
    """How many articles came in each of the last weeks, this one included; weeks begin on Monday. One statement."""
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    days = [monday - timedelta(weeks=back) for back in reversed(range(weeks))]
    since = timezone.make_aware(datetime.combine(days[0], datetime.min.time()))
    counted = (
        published_articles(actor, site)
        .filter(first_published_at__gte=since)
        .annotate(week=TruncWeek("first_published_at"))
        .order_by()
        .values("week")
        .annotate(n=Count("pk"))
    )
    found = {row["week"].date(): row["n"] for row in counted}
    return [(day, found.get(day, 0)) for day in days]


def articles_by_month(*, actor: Actor, months: int) -> list[tuple[str, int]]:
    """How many articles came in each of the last months, this one included, by ``2026-08``. One statement."""
    today = timezone.localdate()
    ordinals = [today.year * 12 + today.month - 1 - back for back in reversed(range(months))]
    firsts = [date(ordinal // 12, ordinal % 12 + 1, 1) for ordinal in ordinals]
    since = timezone.make_aware(datetime.combine(firsts[0], datetime.min.time()))
    counted = published_articles(actor).filter(first_published_at__gte=since)
    monthly = (
        counted.annotate(month=TruncMonth("first_published_at")).order_by().values("month").annotate(n=Count("pk"))
    )
    found = {row["month"].date(): row["n"] for row in monthly}
    return [(f"{first:%Y-%m}", found.get(first, 0)) for first in firsts]


def readable_columns() -> QuerySet[Any]:
    """The pages of columns that readers see."""
    found: QuerySet[Any] = ColumnPage.objects.filter(readable())
    return found


@statement("publicity.columns by slug", ColumnPage)
def _NAMED(values: Values) -> QuerySet[Any]:  # noqa: N802 — a statement is a constant
    return readable_columns().filter(slug=values["slug"]).order_by("path")


@statement("publicity.columns by slug on a site", ColumnPage)
def _NAMED_ON_SITE(values: Values) -> QuerySet[Any]:  # noqa: N802
    found = readable_columns().filter(slug=values["slug"], path__range=(values["start"], values["end"]))
    return found.order_by("path")


@statement("publicity.columns by path", ColumnPage)
def _AT(values: Values) -> QuerySet[Any]:  # noqa: N802
    return readable_columns().filter(path__in=values["paths"])


def _read(rows: Rows) -> list[Column]:
    return [Column(**row) for row in rows.read(*FIELDS)]


def _add(figures: dict[int, tuple[int, datetime | None]], column: int, more: int, newest: datetime | None) -> None:
    count, last = figures[column]
    figures[column] = (count + more, max((day for day in (last, newest) if day is not None), default=None))
