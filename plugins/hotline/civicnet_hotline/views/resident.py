"""The resident's pages: asking, and seeing what became of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from civicnet.contract import ANONYMOUS, CivicNetError, NotFound
from civicnet_hotline.acts import tell
from civicnet_hotline.forms import AskForm, LookUpForm
from civicnet_hotline.models import Action, Case, Source
from civicnet_hotline.selectors import case_of_token, steps_of
from civicnet_hotline.services import Caller, Place, submit_case
from civicnet_hotline.services.callers import retention_days

SENTENCES = {
    Action.ACCEPT: _("We have taken in your request."),
    Action.QUEUE: _("A dispatcher is choosing who will take care of it."),
    Action.DISPATCH: _("It was given to those on duty for the place."),
    Action.HAND_OVER: _("It was given to those on duty for the place."),
    Action.SIGN_FOR: _("Whoever is on duty has it and takes care of it."),
    Action.RETURN: _("It belongs elsewhere; a dispatcher passes it on."),
    Action.REPLY: _("The reply is written."),
    Action.COMPLETE: _("You told us that it is solved. The request is closed."),
    Action.REOPEN: _("You told us that it is not solved yet. It is being taken care of again."),
    Action.WITHDRAW: _("The request was withdrawn."),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form, and what was sent with it."""
    form = AskForm(request.POST) if request.method == "POST" else AskForm()
    case = _submit(form) if form.is_bound and form.is_valid() else None
    if case is not None:
        return HttpResponseRedirect(reverse("hotline:received", args=[case.token]))
    context = {"form": form, "retention_days": retention_days()}
    return render(request, "hotline/resident/ask.html", context, status=400 if form.is_bound else 200)


@never_cache
@require_safe
def received(request: HttpRequest, token: str) -> HttpResponse:
    """The number and the way to the progress page, right after sending."""
    return _of_token(request, token, "hotline/resident/received.html")


@never_cache
@require_safe
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a request, for whoever holds its query code."""
    return _of_token(request, token, "hotline/resident/progress.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """From number and query code to the progress page."""
    form = LookUpForm(request.POST) if request.method == "POST" else LookUpForm()
    if form.is_bound and form.is_valid():
        try:
            case = case_of_token(form.cleaned_data["token"])
        except NotFound:
            case = None
        if case is not None and case.number == form.cleaned_data["number"]:
            return HttpResponseRedirect(reverse("hotline:progress", args=[case.token]))
        return _not_found(request, form)
    return render(request, "hotline/resident/look_up.html", {"form": form}, status=400 if form.is_bound else 200)


def _submit(form: AskForm) -> Case | None:
    given = form.cleaned_data
    try:
        return submit_case(
            # Signed in or not: whoever uses this form asks as a resident.
            actor=ANONYMOUS,
            source=Source.WEB,
            category=given["category"],
            description=given["description"],
            place=Place(address=given["address"]),
            caller=Caller(name=given["caller_name"], phone=given["caller_phone"]),
            once=given["once"],
        )
    except CivicNetError as error:
        tell(form, error)
        return None


def _of_token(request: HttpRequest, token: str, template: str) -> HttpResponse:
    try:
        case = case_of_token(token)
    except NotFound:
        return _not_found(request, LookUpForm({"number": "", "token": token}))
    steps: list[dict[str, Any]] = [
        {"at": step.at, "sentence": SENTENCES[Action(step.action)]} for step in steps_of([case.pk])
    ]
    response = render(request, template, {"case": case, "steps": steps})
    response["X-Robots-Tag"] = "noindex"
    return response


def _not_found(request: HttpRequest, form: LookUpForm) -> HttpResponse:
    form.full_clean()
    form.errors.clear()
    form.add_error(None, _("There is no request with this number and query code. Check both and try again."))
    return render(request, "hotline/resident/look_up.html", {"form": form}, status=404)
