"""栏目与文章 in the admin: all articles with their state and places, and the board that shows which column goes stale."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn, ParentPageColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.permissions import page_permission_policy

from civicnet.console.lists import TakenOut
from civicnet_publicity.board import column_board
from civicnet_publicity.check_views import urlpatterns as check_urls
from civicnet_publicity.models import ArticlePage, Placement
from civicnet_publicity.review_views import ReviewBoardViewSet, works_with_pages
from civicnet_publicity.sheet_views import SheetViewSet
from civicnet_publicity.word_views import LeaderViewSet, WordViewSet


class PageWorkMenuItem(MenuItem):
    """Shown to those who work with pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Nobody else has anything to do there."""
        return works_with_pages(request.user)


class PlacementsColumn(Column):
    """Where else an article stands, with its address there, or the sentence why not."""

    cell_template_name = "publicity/admin/placements_cell.html"

    def get_value(self, instance: ArticlePage) -> list[Placement]:
        """Read for the whole page of the listing at once."""
        return list(instance.placements.all())


class ArticleIndexView(TakenOut, IndexView):
    """All articles a person may open; titles lead to Wagtail's editor."""

    export_resource = "publicity.articles"

    def listed(self) -> QuerySet[Any]:
        """What a search has found is no query any more: its numbers are."""
        found: Any = self.get_queryset()
        if isinstance(found, QuerySet):
            return found
        return self.model._default_manager.filter(pk__in=[page.pk for page in found])  # type: ignore[no-any-return]

    def annotate_queryset(self, pages: Any) -> Any:
        """Placements and their sites for all rows with one statement."""
        placements = Placement.objects.select_related("site").order_by("pk")
        return super().annotate_queryset(pages).prefetch_related(Prefetch("placements", queryset=placements))


class ArticleViewSet(PageListingViewSet):
    """Articles."""

    model = ArticlePage
    index_view_class = ArticleIndexView
    name = "publicity_articles"
    url_prefix = "publicity/articles"
    url_namespace = "publicity_articles"
    icon = "doc-full-inverse"
    menu_label = _("Articles")
    menu_item_class = PageWorkMenuItem
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        ParentPageColumn("parent", label=_("Column")),
        PlacementsColumn("placements", label=_("Also appears in")),
        DateColumn("first_published_at", label=_("Published on"), sort_key="first_published_at", width="12%"),
        DateColumn(
            "latest_revision_created_at", label=_("Last changed"), sort_key="latest_revision_created_at", width="12%"
        ),
        PageStatusColumn("status", label=_("State"), sort_key="live", width="10%"),
    ]

    def get_urlpatterns(self) -> list[Any]:
        """The list first, then the checks of one article."""
        return [*super().get_urlpatterns(), *check_urls]


class ColumnBoardView(WagtailAdminTemplateMixin, View):
    """Every column with its last day of update, the stale ones first."""

    page_title = _("Column board")
    header_icon = "table"
    template_name = "publicity/admin/board.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Where this is."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> Any:
        """The board, for those who work with pages."""
        if not works_with_pages(request.user):
            raise PermissionDenied
        mine = page_permission_policy.explorable_instances(request.user).values_list("pk", flat=True)
        return self.render_to_response(self.get_context_data(rows=column_board(visible=set(mine))))


class ColumnBoardViewSet(ViewSet):
    """The board of columns."""

    name = "publicity_board"
    url_prefix = "publicity/board"
    url_namespace = "publicity_board"
    icon = "table"
    menu_label = _("Column board")
    menu_item_class = PageWorkMenuItem

    @cached_property
    def index_view(self) -> Any:
        """The one view."""
        return self.construct_view(ColumnBoardView)

    def get_urlpatterns(self) -> list[Any]:
        """The one address."""
        return [path("", self.index_view, name="index")]


class PublicityGroup(ViewSetGroup):
    """The menu entry of the propaganda office."""

    items = (ArticleViewSet, ReviewBoardViewSet, SheetViewSet, ColumnBoardViewSet, WordViewSet, LeaderViewSet)
    menu_icon = "doc-full-inverse"
    menu_label = _("Columns and articles")
    menu_name = "publicity"
    menu_order = 200
