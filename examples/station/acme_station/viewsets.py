"""Service stations in Wagtail's admin: a list, and a form behind it that writes through the service."""

from __future__ import annotations

from typing import Any

from civicnet.access.actors import actor_of
from civicnet.console.doors import PostMenuItem
from civicnet.console.lists import ListView, LookingPolicy
from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import HeaderButton

from acme_station import views
from acme_station.models import Station
from acme_station.permissions import KEEP, VIEW
from acme_station.selectors import stations_of_area, stations_to_close


class DoorColumn(TitleColumn):
    """The way to a form; nothing where there is none."""

    empty_value_display = ""


class StationListView(ListView):
    """The stations of one's area, by code."""

    model = Station
    permission_policy = LookingPolicy(VIEW, KEEP)
    page_title = _("Service stations")
    header_icon = "home"
    index_url_name = "station_stations:index"
    index_results_url_name = "station_stations:index_results"
    search_fields = ["code", "name", "address"]
    default_ordering = "code"
    empty = _("There is no service station yet. Keep the first one, or import a sheet.")
    facts = [
        Column("code", label=_("Code of the service station"), sort_key="code"),
        Column("name", label=_("Name of the service station"), sort_key="name"),
        Column("organisation", label=_("Organisation in charge")),
        Column("address", label=_("Address of the service station")),
        Column("hours", label=_("Opening hours")),
        Column("closed_on", label=_("Closed since"), sort_key="closed_on"),
    ]

    @cached_property
    def columns(self) -> list[Column]:
        """The facts, and for those who keep stations the way to close each."""
        if not actor_of(self.request).may(KEEP):
            return self.facts
        mine = set(stations_to_close(actor_of(self.request)).values_list("pk", flat=True))
        closing = DoorColumn(
            "close",
            label=pgettext_lazy("station", "Action"),
            accessor=lambda station: pgettext("station", "Close") if station.pk in mine else "",
            get_url=lambda station: (
                reverse("station_stations:close", args=[station.pk]) if station.pk in mine else None
            ),
        )
        return [*self.facts, closing]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """The form, for those who may use it."""
        if not actor_of(self.request).may(KEEP):
            return []
        return [HeaderButton(_("Keep a service station"), url=reverse("station_stations:keep"), icon_name="plus")]

    def get_base_queryset(self) -> QuerySet[Station]:
        """Through the one door."""
        return stations_of_area(actor_of(self.request)).select_related("organisation")


class StationMenuItem(PostMenuItem):
    """Shown to those whose post has something to do there."""

    permissions = (VIEW, KEEP)


class StationViewSet(ViewSet):
    """The screen as part of the admin."""

    name = "station_stations"
    url_prefix = "station"
    icon = "home"
    menu_label = _("Service stations")
    menu_name = "station-stations"
    menu_item_class = StationMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", StationListView.as_view(), name="index"),
            path("results/", StationListView.as_view(results_only=True), name="index_results"),
            path("keep/", views.keep, name="keep"),
            path("<int:pk>/close/", views.close, name="close"),
        ]
