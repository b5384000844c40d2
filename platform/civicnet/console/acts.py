"""An act on a page of its own: it says what will happen, asks what it needs and why, and calls one service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from civicnet.contract import CivicNetError

act_view = require_http_methods(["GET", "HEAD", "POST"])
_SAME: Mapping[str, str] = {}
# Sent by the script that opens a page of ours in a dialog.
_DIALOG = "X-Dialog"


def in_dialog(request: HttpRequest) -> bool:
    """Whether the page is shown in a dialog, without the admin around it."""
    return _DIALOG in request.headers


def attempt(
    form: forms.Form,
    service: Callable[[], Any],
    *,
    closes: Callable[[CivicNetError], bool],
    says: Callable[[CivicNetError], str | list[str]] = str,
    called: Mapping[str, str] = _SAME,
) -> Any:
    """What the service gave, or None when the form is not filled in or the service said no; its sentence is in the form then.

    ``closes`` picks the refusals that are no matter of this page, and are raised again. ``called`` names fields of the form
    by the service's word for them.
    """
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return service()
    except CivicNetError as error:
        if closes(error):
            raise
        field = called.get(error.field or "", error.field)
        form.add_error(field if field in form.fields else None, says(error))
        return None


def ask(request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
    """Its page: ``title``, ``button``, ``back``, maybe ``note``, ``serious`` and ``drop_url``; ``icon``, ``sheet``, ``look`` of
    its room.
    """
    return render(request, "console/act.html", {"form": form, **context}, status=400 if form.is_bound else 200)


def done(request: HttpRequest, back: str, sentence: str) -> HttpResponse:
    """Back to where it shows, with a sentence that says so."""
    messages.success(request, sentence)
    return HttpResponseRedirect(back)
