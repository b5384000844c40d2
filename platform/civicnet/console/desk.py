"""The worker's desk: the shell of the phone page, whose tabs come from plugins."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from civicnet.access.models import User
from civicnet.console.permissions import what_may
from civicnet.contract import DeskTab
from civicnet.lifecycle.hooks import collect


def tabs() -> list[DeskTab]:
    """The entries of the bottom bar, of plugins that are on."""
    return sorted((tab for one in collect("desk_tabs") for tab in one.value), key=lambda tab: tab.order)


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What I may do, where and why: for those who have no business in the administration."""
    assert isinstance(request.user, User)  # noqa: S101 — nobody else is let in
    return render(request, "console/desk_mine.html", what_may(request.user))


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Straight to the first tab; without any, a page that says so."""
    if found := tabs():
        return HttpResponseRedirect(reverse(found[0].view_name))
    return render(request, "console/desk_empty.html")
