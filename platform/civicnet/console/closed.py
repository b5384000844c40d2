"""Wagtail's own screens for users and groups, closed: people and roles have one door, which asks by post and keeps reasons.

Their addresses keep their names, which Wagtail's templates ask for, and lead to ours.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from wagtail.admin.viewsets.base import ViewSet
from wagtail.users.views.bulk_actions import AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction


class _Closed(ViewSet):
    """Leads on; no menu item, no form."""

    index = one = ""

    def get_urlpatterns(self) -> list[Any]:
        """The names that others ask for; every other address of old is not there."""
        return [path("", self._to_index, name="index"), path("edit/<str:pk>/", self._to_one, name="edit")]

    def _to_index(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse(self.index))

    def _to_one(self, request: HttpRequest, pk: str) -> HttpResponse:
        if not pk.isdecimal():
            raise Http404
        return HttpResponseRedirect(reverse(self.one, args=[pk]))


class ClosedUsers(_Closed):
    """To people."""

    index, one = "people:index", "people:person"


class ClosedGroups(_Closed):
    """To roles."""

    index, one = "roles:index", "roles:role"


class _NoBulkAction:
    """Stands in for a bulk action of Wagtail's."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """There is none."""
        raise Http404


CLOSED_BULK_ACTIONS = [
    type(action.__name__, (_NoBulkAction, action), {})
    for action in (AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction)
]
