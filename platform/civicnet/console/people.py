"""The people screen: who works here, with which positions; one page for each person."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import HeaderButton

from civicnet.access.actors import actor_of
from civicnet.access.holding import holding
from civicnet.access.models import Position, User
from civicnet.access.people import can_manage, is_own
from civicnet.access.scope import covers
from civicnet.access.staff import MANAGE, VIEW, person_for, visible_people, visible_positions, visible_roles
from civicnet.console import people_acts as acts
from civicnet.console.doors import PostMenuItem, open_to
from civicnet.console.lists import ListView, LookingPolicy


def _roles(request: HttpRequest) -> QuerySet[Group]:
    return visible_roles(actor_of(request))


class PeopleFilters(WagtailFilterSet):
    """By the role they hold today, and by whether the account is open."""

    role = django_filters.ModelChoiceFilter(label=gettext_lazy("Role"), queryset=_roles, method="with_role")
    is_active = django_filters.BooleanFilter(label=gettext_lazy("The account is open"))

    class Meta:
        model = User
        fields = ["role", "is_active"]

    def with_role(self, people: QuerySet[User], name: str, role: Group) -> QuerySet[User]:
        """Those who hold it today."""
        return people.filter(Exists(Position.objects.filter(holding(), person=OuterRef("pk"), role=role)))


class PositionsColumn(Column):
    """What a person holds today, as far as the reader may see."""

    cell_template_name = "console/people/positions_cell.html"

    def get_value(self, instance: Any) -> list[Position]:
        """Loaded together with the page."""
        return list(instance.held_today)


class PeopleView(ListView):
    """Everybody in the reader's area."""

    model = User
    permission_policy = LookingPolicy(VIEW, MANAGE)
    page_title = gettext_lazy("People")
    header_icon = "user"
    index_url_name = "people:index"
    index_results_url_name = "people:index_results"
    filterset_class = PeopleFilters
    search_fields = ["full_name", "username"]
    default_ordering = "username"
    empty = gettext_lazy("Nobody has a position in your area yet. Open an account with the button above.")
    columns = [
        TitleColumn(
            "name",
            label=pgettext_lazy("person", "Name"),
            accessor=str,
            get_url=lambda person: reverse("people:person", args=[person.pk]),
        ),
        Column("username", label=gettext_lazy("Account name"), sort_key="username"),
        PositionsColumn("positions", label=gettext_lazy("Positions today")),
        Column(
            "state",
            label=gettext_lazy("State"),
            accessor=lambda one: gettext_lazy("open") if one.is_active else gettext_lazy("closed"),
        ),
    ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Opening an account, for those who may."""
        if not actor_of(self.request).may(MANAGE):
            return []
        return [HeaderButton(gettext_lazy("Open an account"), url=reverse("people:new"), icon_name="plus")]

    def get_base_queryset(self) -> QuerySet[User]:
        """Through the one door, each with what they hold today."""
        actor = actor_of(self.request)
        today = Prefetch("positions", queryset=visible_positions(actor).filter(holding()), to_attr="held_today")
        return visible_people(actor).prefetch_related(today)


@require_safe
@open_to(VIEW, MANAGE)
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: the account, every position in the reader's area, and what can be done."""
    actor = actor_of(request)
    person = person_for(actor, pk)
    positions = list(visible_positions(actor).filter(person=person).order_by("-valid_from", "-pk"))
    today = timezone.localdate()
    may_end = not is_own(actor, person)
    lines = [
        {
            "position": one,
            "state": _state(one, today),
            "can_end": may_end and covers(actor, MANAGE, one.organisation.path) and _state(one, today) != "past",
        }
        for one in positions
    ]
    manages = can_manage(actor, person)
    context = {
        "person": person,
        "lines": lines,
        "own": is_own(actor, person),
        "can_manage": manages and actor.may(MANAGE) and not is_own(actor, person),
        "can_appoint": actor.may(MANAGE) and person.is_active and not is_own(actor, person),
    }
    return render(request, "console/people/person.html", context)


def _state(position: Position, today: Any) -> str:
    if position.valid_to is not None and (position.valid_to <= today or position.valid_to <= position.valid_from):
        return "past"
    return "coming" if position.valid_from > today else "now"


class PeopleMenuItem(PostMenuItem):
    """For whoever looks after people."""

    permissions = (VIEW, MANAGE)


class PeopleViewSet(ViewSet):
    """People as part of Wagtail's admin."""

    name = "people"
    url_prefix = "people"
    icon = "user"
    menu_label = gettext_lazy("People")
    menu_name = "people-list"
    menu_order = 10
    menu_item_class = PeopleMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", PeopleView.as_view(), name="index"),
            path("results/", PeopleView.as_view(results_only=True), name="index_results"),
            path("new/", acts.new, name="new"),
            path("<int:pk>/", person_page, name="person"),
            path("<int:pk>/appoint/", acts.appoint_to, name="appoint"),
            path("<int:pk>/name/", acts.rename, name="rename"),
            path("<int:pk>/password/", acts.password, name="password"),
            path("<int:pk>/close/", acts.close, name="close"),
            path("<int:pk>/open/", acts.reopen, name="open"),
            path("positions/<int:pk>/end/", acts.end, name="end"),
        ]
