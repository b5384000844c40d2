"""The office's screen in Wagtail's admin: cases, as far as the post allows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.access.models import Organisation
from civicnet.console.lists import ListView, LookingPolicy
from civicnet.contract import Actor, Waiting
from civicnet_hotline.models import Case, CaseState, Category
from civicnet_hotline.permissions import DISPATCH, FOLLOW_UP, HANDLE, VIEW
from civicnet_hotline.selectors import cases_to_dispatch, cases_to_follow_up, communities_with_cases, visible_cases
from civicnet_hotline.views import office

WORK = (VIEW, DISPATCH, HANDLE, FOLLOW_UP)


def works_here(actor: Actor) -> bool:
    """Whether the actor's post has anything to do with cases. Running the machine is not enough."""
    return any(actor.may(permission) for permission in WORK)


def _communities(request: HttpRequest) -> QuerySet[Organisation]:
    return communities_with_cases(actor_of(request))


class CaseFilters(WagtailFilterSet):
    """By state, category and community."""

    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=CaseState.choices)
    category = django_filters.ModelChoiceFilter(label=_("Category"), queryset=Category.objects.all())
    organisation = django_filters.ModelChoiceFilter(label=_("Community"), queryset=_communities)

    class Meta:
        model = Case
        fields = ["state", "category", "organisation"]


def _day(field: str) -> Callable[[Case], str]:
    # Wagtail's own date column speaks of the past only: a due date would read "just now".
    return lambda case: timezone.localtime(getattr(case, field)).strftime("%Y-%m-%d")


class CaseIndexView(ListView):
    """Newest first."""

    model = Case
    permission_policy = LookingPolicy(*WORK)
    page_title = pgettext_lazy("hotline", "Request cases")
    header_icon = "mail"
    index_url_name = "hotline_cases:index"
    index_results_url_name = "hotline_cases:index_results"
    export_resource = "hotline.cases"
    filterset_class = CaseFilters
    search_fields = ["number", "address", "description"]
    default_ordering = "-requested_at"
    empty = _("No case yet. What residents ask on the website or by the hotline appears here.")
    columns = [
        TitleColumn(
            "number",
            label=pgettext_lazy("hotline", "Number"),
            sort_key="number",
            get_url=lambda case: reverse("hotline_cases:file", args=[case.pk]),
        ),
        Column("category", label=_("Category")),
        Column("state", label=_("State"), accessor="get_state_display", sort_key="state"),
        Column("place", label=_("Place")),
        Column("organisation", label=_("Community"), classname="cn-wide"),
        Column("due_at", label=pgettext_lazy("hotline", "Due"), accessor=_day("due_at"), sort_key="due_at"),
        Column(
            "asked",
            label=pgettext_lazy("hotline", "Asked"),
            accessor=_day("requested_at"),
            sort_key="requested_at",
            classname="cn-wide",
        ),
    ]

    def get_base_queryset(self) -> QuerySet[Case]:
        """Through the one door."""
        return visible_cases(actor_of(self.request)).select_related("category", "organisation")


def work_that_waits(actor: Actor) -> list[Waiting]:
    """What the home page shows, each leading to the list narrowed to it."""
    cases = reverse("hotline_cases:index")
    return [
        Waiting(_("Cases to dispatch"), cases_to_dispatch(actor).count(), f"{cases}?state=TO_DISPATCH&state=RETURNED"),
        Waiting(_("Cases to follow up"), cases_to_follow_up(actor).count(), f"{cases}?state=REPLIED"),
    ]


class CaseMenuItem(MenuItem):
    """Shown to posts that work with cases."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask the actor, not the superuser flag."""
        return works_here(actor_of(request))


class CaseViewSet(ViewSet):
    """List, file, acts, dispatching."""

    name = "hotline_cases"
    url_prefix = "hotline/cases"
    icon = "mail"
    menu_label = pgettext_lazy("hotline", "Request cases")
    menu_name = "hotline-cases"
    menu_order = 300
    menu_item_class = CaseMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """All of them under one namespace, which the gate covers."""
        return [
            path("", CaseIndexView.as_view(), name="index"),
            path("results/", CaseIndexView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/", office.case_file, name="file"),
            path("<int:pk>/dispatch/", office.dispatch, name="dispatch"),
            path("<int:pk>/<slug:act>/", office.act, name="act"),
        ]
