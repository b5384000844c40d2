"""栏目与文章 in the admin: all articles with their state and places, and the board that shows which column goes stale."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn, ParentPageColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.pages import PageListingViewSet

from civicnet.console.lists import TakenOut
from civicnet_publicity.board_views import ColumnBoardViewSet
from civicnet_publicity.channel_views import ChannelViewSet
from civicnet_publicity.channel_views import article_urls as channel_urls
from civicnet_publicity.check_views import urlpatterns as check_urls
from civicnet_publicity.models import ArticlePage, Placement
from civicnet_publicity.page_work import PageWorkMenuItem
from civicnet_publicity.review_views import ReviewBoardViewSet
from civicnet_publicity.sheet_views import SheetViewSet
from civicnet_publicity.type_views import ColumnTypeViewSet
from civicnet_publicity.word_views import LeaderViewSet, WordViewSet


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
        PlacementsColumn("placements", label=_("Also appears in"), classname="cn-wide"),
        DateColumn(
            "first_published_at",
            label=_("Published on"),
            sort_key="first_published_at",
            width="12%",
            classname="cn-wide",
        ),
        DateColumn(
            "latest_revision_created_at",
            label=_("Last changed"),
            sort_key="latest_revision_created_at",
            width="12%",
            classname="cn-wide",
        ),
        PageStatusColumn("status", label=_("State"), sort_key="live", width="10%"),
    ]

    def get_urlpatterns(self) -> list[Any]:
        """The list first, then the checks and the channels of one article."""
        return [*super().get_urlpatterns(), *check_urls, *channel_urls]


class PublicityGroup(ViewSetGroup):
    """The menu entry of the propaganda office."""

    items = (
        ArticleViewSet,
        ReviewBoardViewSet,
        SheetViewSet,
        ColumnBoardViewSet,
        ChannelViewSet,
        ColumnTypeViewSet,
        WordViewSet,
        LeaderViewSet,
    )
    menu_icon = "doc-full-inverse"
    menu_label = _("Columns and articles")
    menu_name = "publicity"
    menu_order = 200
