"""Acts on people: each a page that says what will happen, asks what it needs and why, and calls one service."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from civicnet.access.actors import actor_of
from civicnet.access.people import create_person, deactivate_person, reactivate_person, rename_person, reset_password
from civicnet.access.positions import appoint, end_position
from civicnet.access.staff import MANAGE, person_for, position_for
from civicnet.console.acts import act_view, ask, attempt, done
from civicnet.console.doors import open_to
from civicnet.console.people_forms import EndForm, NameForm, NewPersonForm, PositionForm, ReasonForm
from civicnet.contract import CivicNetError, Refused

_NOT_ONESELF = "NOT_FOR_YOURSELF"


def _closes(error: CivicNetError) -> bool:
    # A refusal that tells how to go on belongs on the page; any other closes the door.
    return isinstance(error, Refused) and error.code != _NOT_ONESELF


_try = partial(attempt, closes=_closes)
_ask = partial(ask, icon="user", sheet="console/people.css", look="cn-people cn-act-page")


@act_view
@never_cache
@open_to(MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Open an account with its first position."""
    actor = actor_of(request)
    form = NewPersonForm(actor, request.POST or None)
    if made := _try(form, lambda: create_person(**form.cleaned_data, actor=actor)):
        person, password = made
        return _show_password(request, person, password)
    return _ask(request, form, title=_("Open an account"), back=reverse("people:index"), button=_("Open the account"))


@act_view
@open_to(MANAGE)
def appoint_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a role in an organisation."""
    actor = actor_of(request)
    person = person_for(actor, pk)
    form = PositionForm(actor, request.POST or None)
    back = reverse("people:person", args=[pk])
    if position := _try(form, lambda: appoint(person=person, **form.cleaned_data, actor=actor)):
        said = _("%(person)s holds the role %(role)s in %(organisation)s from %(day)s on.")
        gaps = {"role": position.role, "organisation": position.organisation, "day": position.valid_from}
        return done(request, back, said % {"person": person, **gaps})
    title = _("Appoint %(person)s") % {"person": person}
    return _ask(request, form, title=title, back=back, button=_("Appoint"))


@act_view
@open_to(MANAGE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a position end."""
    actor = actor_of(request)
    position = position_for(actor, pk)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate().isoformat()})
    back = reverse("people:person", args=[position.person_id])
    gaps = {"person": position.person, "role": position.role, "organisation": position.organisation}
    if _try(form, lambda: end_position(position=position, **form.cleaned_data, actor=actor) or True):
        said = _("%(person)s does not hold the role %(role)s in %(organisation)s from %(day)s on.")
        return done(request, back, said % {**gaps, "day": form.cleaned_data["on"]})
    return _ask(
        request,
        form,
        title=_("End the position of %(person)s") % gaps,
        note=_("%(role)s in %(organisation)s. The record of it stays.") % gaps,
        back=back,
        button=_("End it"),
        serious=True,
    )


@act_view
@open_to(MANAGE)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a name anew."""
    actor = actor_of(request)
    person = person_for(actor, pk)
    form = NameForm(request.POST or None, initial={"full_name": person.full_name})
    back = reverse("people:person", args=[pk])
    if _try(form, lambda: rename_person(person=person, **form.cleaned_data, actor=actor) or True):
        return done(request, back, _("The name is %(name)s now.") % {"name": person.full_name})
    title = _("Change the name of %(person)s") % {"person": person}
    return _ask(request, form, title=title, back=back, button=_("Change the name"))


@act_view
@never_cache
@open_to(MANAGE)
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account a new password."""
    actor = actor_of(request)
    person = person_for(actor, pk)
    form = ReasonForm(request.POST or None)
    if fresh := _try(form, lambda: reset_password(person=person, **form.cleaned_data, actor=actor)):
        return _show_password(request, person, fresh)
    return _ask(
        request,
        form,
        title=_("A new password for %(person)s") % {"person": person},
        note=_("The old one stops working and everybody signed in with it is signed out. The new one is shown once."),
        back=reverse("people:person", args=[pk]),
        button=_("Make a new password"),
        serious=True,
    )


@act_view
@open_to(MANAGE)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account."""
    actor = actor_of(request)
    person = person_for(actor, pk)
    form = ReasonForm(request.POST or None)
    back = reverse("people:person", args=[pk])
    if _try(form, lambda: deactivate_person(person=person, **form.cleaned_data, actor=actor) or True):
        return done(request, back, _("The account of %(person)s is closed.") % {"person": person})
    return _ask(
        request,
        form,
        title=_("Close the account of %(person)s") % {"person": person},
        note=_("They are signed out and cannot sign in. Positions and records stay; the account can be opened again."),
        back=back,
        button=_("Close the account"),
        serious=True,
    )


@act_view
@open_to(MANAGE)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    actor = actor_of(request)
    person = person_for(actor, pk)
    form = ReasonForm(request.POST or None)
    back = reverse("people:person", args=[pk])
    if _try(form, lambda: reactivate_person(person=person, **form.cleaned_data, actor=actor) or True):
        return done(request, back, _("The account of %(person)s is open again.") % {"person": person})
    title = _("Open the account of %(person)s again") % {"person": person}
    note = _("They can sign in with their old password, and hold the positions that have not ended.")
    return _ask(request, form, title=title, note=note, back=back, button=_("Open it again"))


def _show_password(request: HttpRequest, person: Any, fresh: str) -> HttpResponse:
    # Shown in the answer itself: it is kept nowhere, not even in the session.
    return render(request, "console/people/password.html", {"person": person, "password": fresh})
