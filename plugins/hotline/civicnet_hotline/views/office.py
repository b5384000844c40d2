"""The office: a case as a file with facts, trail and what may be done next, and dispatching by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civicnet.access.actors import actor_of
from civicnet.cipher import mask
from civicnet.console.reveals import Reveal
from civicnet.contract import CivicNetError
from civicnet_hotline.acts import ACTS, offered, perform, tell
from civicnet_hotline.forms import DispatchForm
from civicnet_hotline.models import TRANSITIONS, Action, Case
from civicnet_hotline.permissions import can_dispatch, can_reach_caller
from civicnet_hotline.routing import chosen_post, dispatch_targets
from civicnet_hotline.selectors import steps_of, visible_cases
from civicnet_hotline.services import dispatch_case, reveal_phone


@never_cache
@require_safe
def case_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file."""
    return _page(request, _found(request, pk))


@never_cache
@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Take an act; what stands against it is shown in the file."""
    found = _found(request, pk)
    if act == "phone":
        return _phone(request, found)
    if act not in ACTS:
        raise Http404
    outcome = perform(ACTS[act], actor=actor_of(request), case=found, data=request.POST)
    if outcome.form.errors:
        return _page(request, _found(request, pk), status=outcome.status, filled={act: outcome.form})
    messages.success(request, ACTS[act].done % {"number": found.number})
    return _after(request, pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dispatch(request: HttpRequest, pk: int) -> HttpResponse:
    """Search the posts on duty, choose one, and give the case to it."""
    found, actor = _found(request, pk), actor_of(request)
    if not can_dispatch(actor, found):
        raise Http404
    search = (request.POST if request.method == "POST" else request.GET).get("search", "").strip()
    offers = [(post.key, post.label) for post in dispatch_targets(actor=actor, search=search)]
    only = {"post_key": offers[0][0]} if len(offers) == 1 else None
    form = DispatchForm(request.POST if request.method == "POST" else None, offers=offers, initial=only)
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            post = chosen_post(actor=actor, search=search, key=form.cleaned_data["post_key"])
            dispatch_case(actor=actor, case=found, post=post, note=form.cleaned_data["note"])
        except CivicNetError as error:
            tell(form, error)
            status = error.status
        else:
            sentence = _("%(number)s was given to %(post)s.") % {"number": found.number, "post": post.label}
            messages.success(request, sentence)
            return _after(request, pk)
    context = {"case": found, "form": form, "wanted": search, "offers": offers}
    return render(request, "hotline/office/dispatch.html", context, status=status)


def _found(request: HttpRequest, pk: int) -> Case:
    cases = visible_cases(actor_of(request)).select_related("category", "organisation", "client")
    found = cases.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _after(request: HttpRequest, pk: int) -> HttpResponse:
    # Returning or redirecting a case may take it out of sight.
    if visible_cases(actor_of(request)).filter(pk=pk).exists():
        return HttpResponseRedirect(reverse("hotline_cases:file", args=[pk]))
    return HttpResponseRedirect(reverse("hotline_cases:index"))


def _phone(request: HttpRequest, found: Case) -> HttpResponse:
    shown, actor = _reveal(request, found), actor_of(request)
    shown.answer(request.POST, lambda reason: reveal_phone(actor=actor, case=found, reason=reason))
    return _page(request, found, status=shown.status, shown=shown)


def _reveal(request: HttpRequest, found: Case) -> Reveal:
    may = can_reach_caller(actor_of(request), found)
    url = reverse("hotline_cases:act", args=[found.pk, "phone"]) if may else ""
    return Reveal("phone", _("Caller's phone"), mask(found.caller_phone or ""), url)


def _page(
    request: HttpRequest,
    found: Case,
    *,
    status: int = 200,
    filled: dict[str, Any] | None = None,
    shown: Reveal | None = None,
) -> HttpResponse:
    actor, bound = actor_of(request), filled or {}
    may_dispatch = found.state in TRANSITIONS[Action.DISPATCH].sources and can_dispatch(actor, found)
    context = {
        "case": found,
        "steps": list(steps_of([found.pk])),
        "acts": [{"act": one, "form": bound.get(one.slug) or one.form()} for one in offered(actor, found)],
        # An act that came too late is not offered any more, but its answer is still due.
        "late": [form for slug, form in bound.items() if not _offers(actor, found, slug)],
        "may_dispatch": may_dispatch,
        "reveal": shown or _reveal(request, found),
    }
    return render(request, "hotline/office/case_file.html", context, status=status)


def _offers(actor: Any, case: Case, slug: str) -> bool:
    return slug in ACTS and ACTS[slug].fits(actor, case)
