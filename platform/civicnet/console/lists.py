"""Lists in the admin that are looked at, narrowed and opened; whatever changes rows goes through services."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button

from civicnet.access.actors import actor_of, staff_actor
from civicnet.console.downloads import download
from civicnet.exchange.offers import offered, resource_named
from civicnet.exchange.permissions import can_export
from civicnet.exchange.writing import EXPORT_FORMATS, FORMATS, export, formats_of


class LookingPolicy:
    """What Wagtail's lists ask: looking takes one of these permissions by post, and nothing is changed by generic forms.

    Superusers are asked like everybody else.
    """

    def __init__(self, *permissions: str) -> None:
        self.permissions = permissions

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Only viewing is ever allowed."""
        actor = staff_actor(user)
        return action == "view" and any(actor.may(permission) for permission in self.permissions)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Only viewing is ever allowed."""
        return any(self.user_has_permission(user, action) for action in actions)


class DayColumn(Column):
    """A day as it stands in files; how long ago it was helps nobody here."""

    def get_value(self, instance: Any) -> str:
        """The ISO date; of a moment, the day it was here."""
        day = super().get_value(instance)
        if isinstance(day, datetime):
            day = timezone.localtime(day)
        return f"{day:%Y-%m-%d}" if day else ""


class TakenOut(IndexView):
    """A list that goes out as a file just as it is narrowed: ``export_resource`` is the key of the resource that does it.

    For whoever may export it, and only while its plugin is on.
    """

    export_resource: ClassVar[str] = ""
    FORMATS = EXPORT_FORMATS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The list, or its rows as a file."""
        if not self.is_export:
            answer: HttpResponseBase = super().get(request, *args, **kwargs)
            return answer
        if not self.show_export_buttons:
            raise PermissionDenied
        rows = self.listed()
        if not self._is_understood():
            # A filter or a search that nobody understands must not turn into everything.
            raise SuspiciousOperation("this list cannot be narrowed like that")
        suffix = request.GET["export"]
        file = export(resource=self.export_resource, format=suffix, actor=actor_of(request), listed=rows)
        name = f"{resource_named(self.export_resource).label} {timezone.localdate():%Y-%m-%d}.{suffix}"
        return download(file, name)

    def _is_understood(self) -> bool:
        asked = (self.filters, self.search_form)
        return all(one.is_valid() for one in asked if one is not None and one.is_bound)

    def listed(self) -> QuerySet[Any]:
        """The rows of the list, on all its pages."""
        found: QuerySet[Any] = self.get_queryset()
        return found

    @cached_property
    def show_export_buttons(self) -> bool:
        """Only to whoever may export the rows, and only while their plugin is on."""
        kind = offered().get(self.export_resource)
        return kind is not None and can_export(actor_of(self.request), kind)

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """The same rows for programs and maps, beside Wagtail's two for people."""
        buttons: list[Button] = super().header_more_buttons
        if self.show_export_buttons:
            offers = {"json": _("Download JSON"), "geojson": _("Download GeoJSON, for maps")}
            for number, suffix in enumerate(formats_of(resource_named(self.export_resource))[len(FORMATS) :]):
                url = self.get_export_url(suffix)
                buttons.append(Button(offers[suffix], url=url, icon_name="download", priority=110 + number))
        return buttons


class ListView(TakenOut):
    """A list that is searched and opened, but not edited in place. ``empty`` names the next step while nothing is there."""

    any_permission_required = ["view"]
    search_backend_name = None
    paginate_by = 30
    empty: ClassVar[Any] = ""

    @cached_property
    def no_results_message(self) -> Any:
        """Nothing found, or nothing there yet: which of the two makes all the difference to what comes next."""
        found_nothing = self.is_searching or self.is_filtering or not self.empty
        return super().no_results_message if found_nothing else self.empty
