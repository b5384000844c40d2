"""网格与队伍 in Wagtail's admin: grids, posts, absences. Lists read through selectors, acts go through services."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.widgets.button import HeaderButton

from civicnet.access.actors import actor_of
from civicnet.access.models import Organisation
from civicnet.console.lists import DayColumn, ListView, LookingPolicy
from civicnet_grid.models import Absence, Duty, Grid, GridKind, Post
from civicnet_grid.models.post import LEVELS, held_on
from civicnet_grid.permissions import ADD_GRID, VIEW_ABSENCE, VIEW_GRID, VIEW_POST
from civicnet_grid.selectors import in_subtree, townships_with_grids, visible_absences, visible_grids, visible_people
from civicnet_grid.views import office


def _townships(request: HttpRequest) -> QuerySet[Organisation]:
    return townships_with_grids(actor_of(request))


class GridFilters(WagtailFilterSet):
    """By township and kind; a community is found by the search."""

    organisation = django_filters.ModelChoiceFilter(label=_("Subdistrict or town"), queryset=_townships, method="below")
    kind = django_filters.ChoiceFilter(label=_("Kind of grid"), choices=GridKind.choices)

    class Meta:
        model = Grid
        fields = ["organisation", "kind"]

    def below(self, grids: QuerySet[Grid], name: str, organisation: Organisation) -> QuerySet[Grid]:
        """The whole subtree of what was chosen."""
        return in_subtree(grids, organisation)


class GridListView(ListView):
    """Grids by code."""

    model = Grid
    permission_policy = LookingPolicy(VIEW_GRID)
    page_title = _("Grids")
    header_icon = "table"
    index_url_name = "grid_grids:index"
    index_results_url_name = "grid_grids:index_results"
    filterset_class = GridFilters
    search_fields = ["name", "code", "organisation__name"]
    default_ordering = "code"
    empty = _("No grid yet. Import a roster under “Import and export”, and its grids appear here.")
    columns = [
        TitleColumn(
            "name",
            label=_("Grid"),
            sort_key="name",
            get_url=lambda grid: reverse("grid_grids:file", args=[grid.pk]),
        ),
        Column("code", label=_("Grid code"), sort_key="code"),
        Column("organisation", label=_("Community or village")),
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        Column("households", label=_("Households"), sort_key="households"),
        Column("held", label=_("Posts held"), sort_key="held"),
    ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Opening a grid, for those who may."""
        if not actor_of(self.request).may(ADD_GRID):
            return []
        return [HeaderButton(_("Open a grid"), url=reverse("grid_grids:open"), icon_name="plus")]

    def get_base_queryset(self) -> QuerySet[Grid]:
        """Through the one door."""
        held = Count("posts", filter=held_on(timezone.localdate(), prefix="posts__"))
        return visible_grids(actor_of(self.request)).select_related("organisation").annotate(held=held)


class PostFilters(WagtailFilterSet):
    """By township, level and half of the pair."""

    organisation = django_filters.ModelChoiceFilter(label=_("Subdistrict or town"), queryset=_townships, method="below")
    level = django_filters.ChoiceFilter(label=_("Level"), choices=LEVELS)
    duty = django_filters.ChoiceFilter(label=_("Duty"), choices=Duty.choices)

    class Meta:
        model = Post
        fields = ["organisation", "level", "duty"]

    def below(self, posts: QuerySet[Post], name: str, organisation: Organisation) -> QuerySet[Post]:
        """The whole subtree of what was chosen."""
        return posts.filter(grid__in=in_subtree(Grid.objects.all(), organisation))


class PostListView(ListView):
    """Posts held today, and by whom."""

    model = Post
    permission_policy = LookingPolicy(VIEW_POST)
    page_title = _("Posts")
    header_icon = "group"
    index_url_name = "grid_posts:index"
    index_results_url_name = "grid_posts:index_results"
    filterset_class = PostFilters
    search_fields = ["worker__name", "worker__number", "grid__name", "grid__code"]
    default_ordering = "grid__code"
    empty = _("Nobody holds a post yet. Import a roster under “Import and export”, and its people appear here.")
    columns = [
        TitleColumn(
            "post", label=_("Post"), accessor=str, get_url=lambda post: reverse("grid_grids:file", args=[post.grid_id])
        ),
        Column("worker.name", label=pgettext_lazy("person", "Name")),
        Column("worker.number", label=_("Worker number")),
        Column("worker.masked_phone", label=_("Phone")),
        DayColumn("valid_from", label=_("Since"), sort_key="valid_from"),
    ]

    def get_base_queryset(self) -> QuerySet[Post]:
        """Through the one door; what is ended stays in the grid's file."""
        return (
            visible_people(actor_of(self.request))
            .filter(held_on(timezone.localdate()))
            .select_related("grid", "worker")
            .order_by("grid__code", "level", "seat", "-duty")
        )

    def order_queryset(self, queryset: QuerySet[Post]) -> QuerySet[Post]:
        """By grid and, within it, as on the notice board, unless a column was chosen."""
        return super().order_queryset(queryset) if self.is_explicitly_ordered else queryset


class AbsenceListView(ListView):
    """Who is away, last first."""

    model = Absence
    permission_policy = LookingPolicy(VIEW_ABSENCE)
    page_title = _("Absences")
    header_icon = "date"
    index_url_name = "grid_absences:index"
    index_results_url_name = "grid_absences:index_results"
    search_fields = ["post__worker__name", "post__worker__number", "post__grid__name"]
    default_ordering = "-first_day"
    empty = _("Nobody is away. An absence is recorded in the grid's team, beside the person.")
    columns = [
        TitleColumn(
            "post",
            label=_("Post"),
            get_url=lambda absence: reverse("grid_grids:file", args=[absence.post.grid_id]),
        ),
        Column("post.worker.number", label=_("Worker number")),
        DayColumn("first_day", label=_("First day away"), sort_key="first_day"),
        DayColumn("last_day", label=_("Last day away"), sort_key="last_day"),
        TitleColumn(
            "withdraw",
            label="",
            accessor=lambda absence: _("Take back"),
            get_url=lambda absence: reverse("grid_absences:withdraw", args=[absence.pk]),
        ),
    ]

    def get_base_queryset(self) -> QuerySet[Absence]:
        """Through the one door."""
        return visible_absences(actor_of(self.request)).select_related("post__grid", "post__worker")


class WorkMenuItem(MenuItem):
    """Shown to those whose post has something to see there; running the machine is not enough."""

    permission = ""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask the actor, not the superuser flag."""
        return actor_of(request).may(self.permission)


class GridViewSet(ViewSet):
    """Grids, and the file of each."""

    name = "grid_grids"
    url_prefix = "grid/grids"
    icon = "table"
    menu_label = _("Grids")
    menu_name = "grid-grids"
    menu_item_class = type("GridMenuItem", (WorkMenuItem,), {"permission": VIEW_GRID})

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", GridListView.as_view(), name="index"),
            path("results/", GridListView.as_view(results_only=True), name="index_results"),
            path("open/", office.open_one, name="open"),
            path("<int:pk>/", office.grid_file, name="file"),
        ]


class PostViewSet(ViewSet):
    """Posts, and absences recorded for them."""

    name = "grid_posts"
    url_prefix = "grid/posts"
    icon = "group"
    menu_label = _("Posts")
    menu_name = "grid-posts"
    menu_item_class = type("PostMenuItem", (WorkMenuItem,), {"permission": VIEW_POST})

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", PostListView.as_view(), name="index"),
            path("results/", PostListView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/absence/", office.absence, name="absence"),
            path("<int:pk>/end/", office.end, name="end"),
            path("<int:pk>/account/", office.account, name="account"),
        ]


class AbsenceViewSet(ViewSet):
    """Absences, and taking them back."""

    name = "grid_absences"
    url_prefix = "grid/absences"
    icon = "date"
    menu_label = _("Absences")
    menu_name = "grid-absences"
    menu_item_class = type("AbsenceMenuItem", (WorkMenuItem,), {"permission": VIEW_ABSENCE})

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", AbsenceListView.as_view(), name="index"),
            path("results/", AbsenceListView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/withdraw/", office.withdraw, name="withdraw"),
        ]


class GridGroup(ViewSetGroup):
    """网格与队伍: one entry of the menu for all of it."""

    menu_label = _("Grids and teams")
    menu_name = "grids-and-teams"
    menu_icon = "table"
    menu_order = 200
    items = (GridViewSet, PostViewSet, AbsenceViewSet)
