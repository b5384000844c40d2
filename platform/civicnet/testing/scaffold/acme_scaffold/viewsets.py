"""Service points in Wagtail's admin: a list, and a form behind it that writes through the service."""

from __future__ import annotations

from typing import Any

from civicnet.access.actors import actor_of
from civicnet.console.doors import PostMenuItem
from civicnet.console.lists import ListView, LookingPolicy
from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import HeaderButton

from acme_scaffold import views
from acme_scaffold.models import ServicePoint
from acme_scaffold.permissions import KEEP, VIEW
from acme_scaffold.selectors import points_of_area


class PointListView(ListView):
    """The points of one's area, by code."""

    model = ServicePoint
    permission_policy = LookingPolicy(VIEW, KEEP)
    page_title = _("Service points")
    header_icon = "site"
    index_url_name = "scaffold_points:index"
    index_results_url_name = "scaffold_points:index_results"
    search_fields = ["code", "name", "address"]
    default_ordering = "code"
    empty = _("There is no service point yet. Keep the first one, or import a sheet.")
    columns = [
        Column("code", label=_("Code of the service point"), sort_key="code"),
        Column("name", label=_("Name of the service point"), sort_key="name"),
        Column("organisation", label=_("Organisation in charge")),
        Column("address", label=_("Address of the service point")),
        Column("hours", label=_("Opening hours")),
        Column("closed_on", label=_("Closed since"), sort_key="closed_on"),
    ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """The form, for those who may use it."""
        if not actor_of(self.request).may(KEEP):
            return []
        return [HeaderButton(_("Keep a service point"), url=reverse("scaffold_points:keep"), icon_name="plus")]

    def get_base_queryset(self) -> QuerySet[ServicePoint]:
        """Through the one door."""
        return points_of_area(actor_of(self.request)).select_related("organisation")


class PointMenuItem(PostMenuItem):
    """Shown to those whose post has something to do there."""

    permissions = (VIEW, KEEP)


class PointViewSet(ViewSet):
    """The screen as part of the admin."""

    name = "scaffold_points"
    url_prefix = "scaffold"
    icon = "site"
    menu_label = _("Service points")
    menu_name = "scaffold-points"
    menu_item_class = PointMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", PointListView.as_view(), name="index"),
            path("results/", PointListView.as_view(results_only=True), name="index_results"),
            path("keep/", views.keep, name="keep"),
        ]
