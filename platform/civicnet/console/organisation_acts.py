"""Acts on organisations: each a page that says what will happen, asks the day and why, and calls one service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from civicnet.access.actors import actor_of
from civicnet.access.models import Organisation, OrganisationKind
from civicnet.access.organisation_changes import close_organisation, create_organisation, rename_organisation
from civicnet.access.organisation_moves import merge_organisation, move_organisation
from civicnet.access.organisation_page import shown_organisation
from civicnet.access.organisation_tree import ADD, CHANGE
from civicnet.console.acts import act_view, ask, attempt, done
from civicnet.console.doors import open_to
from civicnet.console.organisation_forms import CloseForm, MergeForm, MoveForm, NewForm, RenameForm
from civicnet.contract import CivicNetError, Refused


@act_view
@open_to(ADD)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Set up an organisation below another."""
    actor = actor_of(request)
    above = shown_organisation(actor, pk)
    form = NewForm(request.POST or None)

    def act(given: dict[str, Any]) -> Organisation:
        given["kind"] = OrganisationKind(given["kind"])
        return create_organisation(**given, parent=above, actor=actor)

    if made := _try(form, act):
        return _done(request, made, _("%(name)s is set up below %(above)s.") % {"name": made, "above": above})
    title = _("Set up an organisation below %(above)s") % {"above": above}
    return _ask(request, form, above, title=title, button=_("Set it up"))


@act_view
@open_to(CHANGE)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down another name or code."""
    actor = actor_of(request)
    one = shown_organisation(actor, pk)
    form = RenameForm(request.POST or None, initial={"name": one.name, "code": one.code})
    if done := _try(form, lambda given: rename_organisation(organisation=one, **given, actor=actor)):
        return _done(request, done, _("It is called %(name)s now, with the code %(code)s.") % vars(done))
    return _ask(
        request, form, one, title=_("Rename %(name)s") % {"name": one}, button=pgettext("organisation", "Rename")
    )


@act_view
@open_to(CHANGE)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move it below another, with everything below it."""
    actor = actor_of(request)
    one = shown_organisation(actor, pk)
    form = MoveForm(actor, request.POST or None)
    if done := _try(form, lambda given: move_organisation(organisation=one, **given, actor=actor)):
        said = _("%(name)s stands below %(above)s now.") % {"name": done, "above": done.get_parent()}
        return _done(request, done, said)
    note = _("Everything below it comes along. Whoever answers for the new place sees all of it, and who answered for the "
             "old place does not any more.")  # fmt: skip
    return _ask(
        request, form, one, title=_("Move %(name)s") % {"name": one}, note=note, button=pgettext("organisation", "Move")
    )


@act_view
@open_to(CHANGE)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it go up in another."""
    actor = actor_of(request)
    one = shown_organisation(actor, pk)
    form = MergeForm(actor, request.POST or None)
    if done := _try(form, lambda given: merge_organisation(source=one, **given, actor=actor)):
        return _done(request, done, _("%(name)s went up in %(into)s.") % {"name": one, "into": done})
    note = _("It closes and stays as a closed entry below the other one, with its old records; what stands below it moves "
             "there. Its code and its names lead to the other one from then on.")  # fmt: skip
    title = _("Merge %(name)s into another") % {"name": one}
    return _ask(request, form, one, title=title, note=note, button=_("Merge"), serious=True)


@act_view
@open_to(CHANGE)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it exist no more."""
    actor = actor_of(request)
    one = shown_organisation(actor, pk)
    form = CloseForm(request.POST or None)
    if done := _try(form, lambda given: close_organisation(organisation=one, **given, actor=actor)):
        return _done(request, done, _("%(name)s is closed.") % {"name": done})
    note = _("Its records stay and can be seen as before. If another one takes over its work, merge it instead.")
    title = _("Close %(name)s") % {"name": one}
    return _ask(request, form, one, title=title, note=note, button=pgettext("organisation", "Close it"), serious=True)


def _try(form: forms.Form, act: Callable[[dict[str, Any]], Organisation]) -> Organisation | None:
    made: Organisation | None = attempt(
        form, lambda: act(dict(form.cleaned_data)), closes=lambda error: False, says=_says
    )
    return made


def _says(error: CivicNetError) -> str:
    if isinstance(error, Refused):
        return _("Your post does not reach that far. Ask whoever answers for both places.")
    return str(error)


def _done(request: HttpRequest, one: Organisation, said: str) -> HttpResponse:
    return done(request, reverse("organisations:organisation", args=[one.pk]), said)


def _ask(request: HttpRequest, form: forms.Form, one: Organisation, **context: Any) -> HttpResponse:
    back = reverse("organisations:organisation", args=[one.pk])
    return ask(
        request, form, icon="site", sheet="console/people.css", look="cn-people cn-act-page", back=back, **context
    )
