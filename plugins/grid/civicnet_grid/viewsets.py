"""网格与队伍 in Wagtail's admin: the screens of grids, posts, workers and absences, under one entry of the menu."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from civicnet.console.doors import PostMenuItem
from civicnet_grid.lists import AbsenceListView, GridListView, PostListView, WorkerListView
from civicnet_grid.permissions import VIEW_ABSENCE, VIEW_GRID, VIEW_POST, VIEW_WORKER
from civicnet_grid.views import office, workers


class GridViewSet(ViewSet):
    """Grids, and the file of each."""

    name = "grid_grids"
    url_prefix = "grid/grids"
    icon = "table"
    menu_label = _("Grids")
    menu_name = "grid-grids"
    menu_item_class = type("GridMenuItem", (PostMenuItem,), {"permissions": (VIEW_GRID,)})

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
    menu_item_class = type("PostMenuItem", (PostMenuItem,), {"permissions": (VIEW_POST,)})

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", PostListView.as_view(), name="index"),
            path("results/", PostListView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/absence/", office.absence, name="absence"),
            path("<int:pk>/end/", office.end, name="end"),
            path("<int:pk>/account/", office.account, name="account"),
        ]


class WorkerViewSet(ViewSet):
    """Workers, and the page of each with their numbers."""

    name = "grid_workers"
    url_prefix = "grid/workers"
    icon = "user"
    menu_label = _("Workers")
    menu_name = "grid-workers"
    menu_item_class = type("WorkerMenuItem", (PostMenuItem,), {"permissions": (VIEW_WORKER,)})

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", WorkerListView.as_view(), name="index"),
            path("results/", WorkerListView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/", workers.worker_file, name="file"),
            path("<int:pk>/show/<slug:slug>/", workers.show_number, name="show"),
        ]


class AbsenceViewSet(ViewSet):
    """Absences, and taking them back."""

    name = "grid_absences"
    url_prefix = "grid/absences"
    icon = "date"
    menu_label = _("Absences")
    menu_name = "grid-absences"
    menu_item_class = type("AbsenceMenuItem", (PostMenuItem,), {"permissions": (VIEW_ABSENCE,)})

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
    items = (GridViewSet, PostViewSet, WorkerViewSet, AbsenceViewSet)
