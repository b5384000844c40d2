"""Watching columns: what is known of each for whoever sees to it, by as many statements for a hundred as for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Length, Substr
from django.utils import timezone
from wagtail.models import Site
from wagtail.permissions import page_permission_policy

from civicnet.access.models import User
from civicnet.contract import Actor
from civicnet_publicity.models import ArticlePage, ColumnPage, PlannedArticle, PlanState, WeeklyDigest
from civicnet_publicity.permissions import WATCH
from civicnet_publicity.selectors.columns import column_figures, readable_columns
from civicnet_publicity.selectors.public import STEP


@dataclass(frozen=True, slots=True)
class Watched:
    """One column. ``site`` is the number of the site on which readers find it."""

    id: int
    path: str
    title: str
    kind: str
    phase: str
    rhythm: str
    site: int | None
    articles: int = 0
    newest: datetime | None = None


def watched_columns() -> list[Watched]:
    """All columns that readers see, in their order. Four statements."""
    rows = list(readable_columns().order_by("path").values("id", "path", "title", "kind", "phase", "rhythm"))
    roots = Site.objects.values_list("root_page__path", "pk")
    # The longest root wins: one site may lie inside another.
    below = sorted(roots, key=lambda one: -len(one[0]))
    found = [
        Watched(**row, site=next((pk for root, pk in below if row["path"].startswith(root)), None)) for row in rows
    ]
    figures: Mapping[int, tuple[int, datetime | None]] = column_figures(found)
    return [_with(column, *figures[column.id]) for column in found]


def site_names() -> dict[int, str]:
    """Sites by number, as people call them."""
    return {site.pk: site.site_name or site.hostname for site in Site.objects.all()}


def scheduled_in(columns: Sequence[Watched]) -> dict[int, dict[str, Any]]:
    """For each column the approved article that appears in it next. One statement."""
    rows = _by_column(columns, ArticlePage.objects.filter(latest_revision__approved_go_live_at__isnull=False))
    found: dict[int, dict[str, Any]] = {}
    ids = {column.path: column.id for column in columns}
    named = rows.annotate(at=F("latest_revision__approved_go_live_at")).order_by("at", "pk")
    for row in named.values("pk", "draft_title", "at", "column"):
        found.setdefault(ids[row["column"]], row)
    return found


def drafts_in(columns: Sequence[Watched]) -> dict[int, int]:
    """For each column how many articles are begun and were never published. One statement."""
    begun = ArticlePage.objects.filter(
        live=False, first_published_at=None, expired=False, latest_revision__isnull=False
    )
    unapproved = begun.filter(latest_revision__approved_go_live_at=None)
    ids = {column.path: column.id for column in columns}
    rows = _by_column(columns, unapproved).order_by().values("column").annotate(n=Count("pk"))
    return {ids[column]: count for column, count in rows.values_list("column", "n")}


def plans_in(columns: Sequence[int]) -> list[PlannedArticle]:
    """What is planned in columns and still open, what is due first on top. One statement."""
    return list(open_plans().filter(column__in=columns).order_by("due_on", "pk"))


def plans_of_campaigns(columns: Sequence[int]) -> list[PlannedArticle]:
    """What is planned in columns for a phase of a campaign, open or done, with its article and owner. One statement."""
    kept = PlannedArticle.objects.exclude(state=PlanState.DROPPED).exclude(phase="")
    # The article's text is long, and nobody reads it here.
    found = kept.filter(column__in=columns).select_related("owner", "article").defer("article__body")
    return list(found.order_by("due_on", "pk"))


def articles_to_plan(column: ColumnPage, *, also: int | None = None) -> QuerySet[ArticlePage]:
    """Articles of a column that readers have not seen yet, for a plan to wait for; and the one it waits for already."""
    own: QuerySet[ArticlePage] = ArticlePage.objects.child_of(column)
    return own.filter(Q(first_published_at=None) | Q(pk=also)).order_by("-pk")


def open_plans() -> QuerySet[PlannedArticle]:
    """What is planned anywhere and still open, with its column and who sees to it."""
    return PlannedArticle.objects.filter(state=PlanState.OPEN).select_related("column", "owner")


def plans_due(actor: Actor) -> QuerySet[PlannedArticle]:
    """What the actor sees to and is due by today."""
    if actor.kind != "staff":
        return PlannedArticle.objects.none()
    return open_plans().filter(owner_id=int(actor.id), due_on__lte=timezone.localdate())


def editable_column(pk: int) -> ColumnPage | None:
    """A column, for a screen that asks the desk whether it is somebody's."""
    found: ColumnPage | None = ColumnPage.objects.filter(pk=pk).first()
    return found


def overdue_articles(before: datetime) -> int:
    """How many approved articles should have appeared before a moment and have not. One statement."""
    return ArticlePage.objects.filter(latest_revision__approved_go_live_at__lt=before).count()


def columns_of(person: User) -> set[int]:
    """The columns that a person finds in the editor, by Wagtail's own page permissions."""
    return _columns_among(page_permission_policy.explorable_instances(person))


def written_by(person: User) -> set[int]:
    """Those in which the person may write something new."""
    return _columns_among(page_permission_policy.instances_user_has_permission_for(person, "add"))


def account_of(actor: Actor) -> User | None:
    """The person behind an actor."""
    return User.objects.filter(pk=actor.id, is_active=True).first() if actor.kind == "staff" else None


def watchers(monday: date) -> QuerySet[User]:
    """Accounts with an address in whose roles it is to watch columns, and who have no digest of that week yet."""
    app, _dot, codename = WATCH.partition(".")
    may = Permission.objects.filter(content_type__app_label=app, codename=codename)
    written = WeeklyDigest.objects.filter(monday=monday).values("person")
    found = User.objects.filter(groups__permissions__in=may, is_active=True).exclude(email="")
    return found.exclude(pk__in=written).order_by("pk").distinct()


def _columns_among(pages: QuerySet[Any]) -> set[int]:
    return set(ColumnPage.objects.filter(pk__in=pages.order_by().values("pk")).values_list("pk", flat=True))


def _by_column(columns: Sequence[Watched], articles: QuerySet[Any]) -> QuerySet[Any]:
    above = articles.annotate(column=Substr("path", 1, Length("path") - STEP))
    found: QuerySet[Any] = above.filter(column__in=[column.path for column in columns])
    return found


def _with(column: Watched, articles: int, newest: datetime | None) -> Watched:
    return Watched(
        column.id, column.path, column.title, column.kind, column.phase, column.rhythm, column.site, articles, newest
    )
