"""The worker's desk: the cases that wait for them, one main act on each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from civicnet.access.actors import actor_of
from civicnet.cipher import mask
from civicnet.console.reveals import Reveal
from civicnet.contract import NotFound
from civicnet_hotline.acts import ACTS, offered, perform
from civicnet_hotline.models import Case, CaseState
from civicnet_hotline.permissions import can_reach_caller
from civicnet_hotline.selectors import desk_cases, visible_case
from civicnet_hotline.services import reveal_phone

# A worker handles; following up and withdrawing are the office's.
DESK_ACTS = ("sign", "reply", "return")


@never_cache
@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """My cases, new ones first."""
    cases = list(desk_cases(actor_of(request)))
    context = {
        "new": [case for case in cases if case.state == CaseState.DISPATCHED],
        "signed": [case for case in cases if case.state == CaseState.SIGNED_FOR],
        "now": timezone.now(),
    }
    return render(request, "hotline/desk/list.html", context)


@never_cache
@login_required
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case with everything needed to take care of it."""
    return _page(request, _found(request, number))


@never_cache
@login_required
@require_POST
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Take an act on a case of mine; what stands against it is shown on the case's page."""
    found = _found(request, number)
    if act == "phone":
        return _phone(request, found)
    if act not in DESK_ACTS:
        raise Http404
    outcome = perform(ACTS[act], actor=actor_of(request), case=found, data=request.POST)
    if outcome.form.errors:
        return _page(request, _found(request, number), status=outcome.status, filled={act: outcome.form})
    messages.success(request, ACTS[act].done % {"number": number})
    after = "desk_case" if act == "sign" else "desk"
    return HttpResponseRedirect(reverse(f"hotline:{after}", args=[number] if act == "sign" else []))


def _found(request: HttpRequest, number: str) -> Case:
    try:
        return visible_case(actor_of(request), number)
    except NotFound as error:
        raise Http404 from error


def _phone(request: HttpRequest, found: Case) -> HttpResponse:
    shown, actor = _reveal(request, found), actor_of(request)
    shown.answer(request.POST, lambda reason: reveal_phone(actor=actor, case=found, reason=reason))
    return _page(request, found, status=shown.status, shown=shown)


def _reveal(request: HttpRequest, found: Case) -> Reveal:
    may = can_reach_caller(actor_of(request), found)
    url = reverse("hotline:desk_act", args=[found.number, "phone"]) if may else ""
    return Reveal("phone", _("Caller's phone"), mask(found.caller_phone or ""), url)


def _page(
    request: HttpRequest,
    found: Case,
    *,
    status: int = 200,
    filled: dict[str, Any] | None = None,
    shown: Reveal | None = None,
) -> HttpResponse:
    acts = [one for one in offered(actor_of(request), found) if one.slug in DESK_ACTS]
    forms: dict[str, Any] = {one.slug: one.form() for one in acts}
    context = {
        "case": found,
        "forms": forms | (filled or {}),
        "offered": {one.slug for one in acts},
        # An act that came too late is not offered any more, but its answer is still due.
        "late": [form for slug, form in (filled or {}).items() if slug not in forms],
        "reveal": shown or _reveal(request, found),
        "now": timezone.now(),
    }
    return render(request, "hotline/desk/case.html", context, status=status)
