"""Lists of grids, posts, workers and absences in the admin; all of them read through the selectors."""

from __future__ import annotations

import django_filters
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from civicnet.access.actors import actor_of
from civicnet.access.models import Organisation
from civicnet.console.lists import DayColumn, ListView, LookingPolicy
from civicnet_grid.models import Absence, Duty, Grid, GridKind, Post, Worker
from civicnet_grid.models.post import LEVELS, held_on
from civicnet_grid.permissions import ADD_GRID, VIEW_ABSENCE, VIEW_GRID, VIEW_POST, VIEW_WORKER
from civicnet_grid.selectors import (
    in_subtree,
    townships_with_grids,
    unattended,
    visible_absences,
    visible_grids,
    visible_people,
    visible_workers,
)


def _townships(request: HttpRequest) -> QuerySet[Organisation]:
    return townships_with_grids(actor_of(request))


class GridFilters(WagtailFilterSet):
    """By township, by kind, and by whether anybody is on duty; a community is found by the search."""

    organisation = django_filters.ModelChoiceFilter(label=_("Subdistrict or town"), queryset=_townships, method="below")
    kind = django_filters.ChoiceFilter(label=_("Kind of grid"), choices=GridKind.choices)

    duty = django_filters.ChoiceFilter(
        label=pgettext_lazy("grid", "On duty today"), choices=[("nobody", _("nobody"))], method="on_duty"
    )

    class Meta:
        model = Grid
        fields = ["organisation", "kind"]

    def on_duty(self, grids: QuerySet[Grid], name: str, value: str) -> QuerySet[Grid]:
        """Those where somebody is missing."""
        return unattended(grids, timezone.localdate())

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
    export_resource = "grid.grids"
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
        Column("organisation", label=_("Community or village"), classname="cn-wide"),
        Column("kind", label=_("Kind"), accessor="get_kind_display", classname="cn-wide"),
        Column("households", label=_("Households"), sort_key="households", classname="cn-wide"),
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
    export_resource = "grid.roster"
    filterset_class = PostFilters
    search_fields = ["worker__name", "worker__number", "grid__name", "grid__code"]
    default_ordering = "grid__code"
    empty = _("Nobody holds a post yet. Import a roster under “Import and export”, and its people appear here.")
    columns = [
        TitleColumn(
            "post", label=_("Post"), accessor=str, get_url=lambda post: reverse("grid_grids:file", args=[post.grid_id])
        ),
        TitleColumn(
            "worker.name",
            label=pgettext_lazy("person", "Name"),
            get_url=lambda post: reverse("grid_workers:file", args=[post.worker_id]),
        ),
        Column("worker.number", label=_("Worker number"), classname="cn-wide"),
        Column("worker.masked_phone", label=_("Phone")),
        DayColumn("valid_from", label=_("Since"), sort_key="valid_from", classname="cn-wide"),
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


class WorkerListView(ListView):
    """Everybody on file, whether they hold a post today or not."""

    model = Worker
    permission_policy = LookingPolicy(VIEW_WORKER)
    page_title = _("Workers")
    header_icon = "user"
    index_url_name = "grid_workers:index"
    index_results_url_name = "grid_workers:index_results"
    export_resource = "grid.roster"
    search_fields = ["name", "number", "organisation__name"]
    default_ordering = "number"
    empty = _("Nobody is on file yet. Import a roster under “Import and export”, and its people appear here.")
    columns = [
        TitleColumn(
            "name",
            label=pgettext_lazy("person", "Name"),
            get_url=lambda worker: reverse("grid_workers:file", args=[worker.pk]),
        ),
        Column("number", label=_("Worker number"), sort_key="number"),
        Column("organisation", label=_("Community or village"), classname="cn-wide"),
        Column("masked_phone", label=_("Phone")),
    ]

    def get_base_queryset(self) -> QuerySet[Worker]:
        """Through the one door."""
        return visible_workers(actor_of(self.request)).select_related("organisation").defer("id_number")


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
        Column("post.worker.number", label=_("Worker number"), classname="cn-wide"),
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
