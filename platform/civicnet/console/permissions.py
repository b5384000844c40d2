"""The permission matrix: roles against permissions, who may do what where and why, and everybody's own page of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.access.duties import permissions_of_roles
from civicnet.access.grants import Grant, Shelf, grants, shelves
from civicnet.access.holding import holding
from civicnet.access.models import Organisation, User
from civicnet.access.reasons import reasons_of, who_may
from civicnet.access.staff import MANAGE, VIEW, person_for, visible_people, visible_positions, visible_roles
from civicnet.console.doors import PostMenuItem, open_to
from civicnet.console.organisation_field import OrganisationField
from civicnet.console.writing import writing_of
from civicnet.contract import Actor

MOST_PEOPLE = 200
_MOST_CANDIDATES = 12


class MatrixForm(forms.Form):
    """Which part of the matrix: a role, a person, an organisation, a plugin."""

    role = forms.ModelChoiceField(
        label=gettext_lazy("Role"),
        queryset=Group.objects.none(),
        required=False,
        empty_label=gettext_lazy("All roles"),
    )
    person = forms.CharField(
        label=gettext_lazy("Person"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": gettext_lazy("Name or account name")}),
    )
    organisation = OrganisationField(permission=VIEW, required=False, help_text="")
    shelf = forms.ChoiceField(label=gettext_lazy("Part"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = visible_roles(actor)  # type: ignore[attr-defined]
        self.fields["organisation"].actor = actor  # type: ignore[attr-defined]
        parts = [(one.key, one.label) for one in shelves()]
        self.fields["shelf"].choices = [("", gettext_lazy("Everything")), *parts]  # type: ignore[attr-defined]


@require_safe
@open_to(VIEW)
def matrix(request: HttpRequest) -> HttpResponse:
    """Roles against permissions, as far as was asked."""
    actor = actor_of(request)
    form = MatrixForm(actor, request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    people = _people(actor, asked.get("person", ""))
    roles = list(_roles(actor, asked, people))
    held = permissions_of_roles([role.pk for role in roles])
    wanted = [shelf for shelf in shelves() if asked.get("shelf") in (None, "", shelf.key)]
    context = {
        "form": form,
        "roles": roles,
        "people": people,
        "organisation": asked.get("organisation"),
        "bands": [(shelf, [_row(grant, roles, held) for grant in shelf.grants]) for shelf in wanted],
    }
    return render(request, "console/permissions/matrix.html", context)


@require_safe
@open_to(VIEW)
def who(request: HttpRequest) -> HttpResponse:
    """Who may do one thing, where and why."""
    actor = actor_of(request)
    grant = grants().get(request.GET.get("permission", ""))
    if grant is None:
        raise Http404
    form = MatrixForm(actor, request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    place: Organisation | None = asked.get("organisation")
    found = who_may(actor, grant.permission, place)
    if role := asked.get("role"):
        found = [one for one in found if one.role_id == role.pk]
    context = {
        "grant": grant,
        "role": asked.get("role"),
        "organisation": place,
        "reasons": found[:MOST_PEOPLE],
        "more": max(0, len(found) - MOST_PEOPLE),
    }
    return render(request, "console/permissions/who.html", context)


@require_safe
@open_to(VIEW, MANAGE)
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person may do, where and why."""
    return _of(request, person_for(actor_of(request), pk), own=False)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I may do, where and why: for everybody."""
    assert isinstance(request.user, User)  # noqa: S101 — Wagtail lets nobody else in
    return _of(request, request.user, own=True)


def _of(request: HttpRequest, person: User, *, own: bool) -> HttpResponse:
    # Of others, what they may in one's own area: where else somebody works is not told.
    shown = what_may(person, seen_by=None if own else actor_of(request))
    return render(request, "console/permissions/person.html", {**shown, "own": own})


def what_may(person: User, *, seen_by: Actor | None = None) -> dict[str, Any]:
    """Everything a person may do today, shelf by shelf with its reasons, and what Wagtail's own rules add."""
    reasons = reasons_of(person, seen_by=seen_by)
    positions = person.positions.all() if seen_by is None else visible_positions(seen_by).filter(person=person)
    bands: list[tuple[Shelf, list[dict[str, Any]]]] = []
    for shelf in shelves():
        held = [{"grant": one, "reasons": reasons[one.permission]} for one in shelf.grants if one.permission in reasons]
        if held:
            bands.append((shelf, held))
    # Also those that give nothing yet.
    roles = dict(Group.objects.filter(positions__in=positions.filter(holding()).values("pk")).values_list("pk", "name"))
    sentences = writing_of(roles)
    writing = [(name, line) for pk, name in sorted(roles.items()) for line in sentences.get(pk, [])]
    return {"person": person, "bands": bands, "writing": writing, "roles": list(roles.values())}


def _people(actor: Actor, text: str) -> list[User]:
    if not text.strip():
        return []
    people = visible_people(actor)
    named = people.filter(full_name__icontains=text.strip()) | people.filter(username__icontains=text.strip())
    return list(named.order_by("full_name", "pk")[:_MOST_CANDIDATES])


def _roles(actor: Actor, asked: dict[str, Any], people: list[User]) -> Any:
    roles = visible_roles(actor)
    if role := asked.get("role"):
        roles = roles.filter(pk=role.pk)
    held = visible_positions(actor).filter(holding())
    if asked.get("person", "").strip():
        roles = roles.filter(pk__in=held.filter(person__in=people).values("role"))
    if place := asked.get("organisation"):
        steps = range(Organisation.steplen, len(place.path) + 1, Organisation.steplen)
        reaching = held.filter(organisation__path__in=[place.path[:step] for step in steps])
        roles = roles.filter(pk__in=reaching.values("role"))
    return roles


def _row(grant: Grant, roles: list[Group], held: dict[int, set[str]]) -> dict[str, Any]:
    cells = [{"role": role, "yes": grant.permission in held.get(role.pk, ())} for role in roles]
    return {"grant": grant, "cells": cells}


class MatrixMenuItem(PostMenuItem):
    """For whoever looks after people."""

    permissions = (VIEW,)


class MatrixViewSet(ViewSet):
    """The matrix as part of Wagtail's admin."""

    name = "permissions"
    url_prefix = "permissions"
    icon = "view"
    menu_label = gettext_lazy("Permission matrix")
    menu_name = "permission-matrix"
    menu_order = 30
    menu_item_class = MatrixMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """The matrix, and the pages behind its cells."""
        return [
            path("", matrix, name="index"),
            path("who/", who, name="who"),
            path("person/<int:pk>/", person_page, name="person"),
            path("mine/", mine, name="mine"),
        ]


class MineViewSet(ViewSet):
    """The menu item that everybody has."""

    name = "my_permissions"
    url_prefix = "my-permissions"
    icon = "key"
    menu_label = gettext_lazy("My permissions")
    menu_name = "my-permissions"
    menu_order = 40
    menu_item_class = MenuItem

    @property
    def menu_url(self) -> str:
        """To the page among the others."""
        return reverse("permissions:mine")

    def get_urlpatterns(self) -> list[Any]:
        """None of its own."""
        return []
