"""Acts on an import: let it in, cancel it, take it back; each calls one service and leads back to the job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from civicnet.access.actors import actor_of
from civicnet.console.acts import act_view, in_dialog
from civicnet.console.imports_access import for_exchange
from civicnet.console.imports_preview import result_tiles
from civicnet.contract import CivicNetError, require
from civicnet.exchange.errors import NothingToUndo
from civicnet.exchange.permissions import owns
from civicnet.exchange.selectors import can_undo, job_for
from civicnet.exchange.services import cancel_job, confirm_job, undo_job


@require_POST
@for_exchange
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the good rows in, or all rows or none."""
    actor = actor_of(request)
    job = job_for(actor, pk)
    whole = request.POST.get("rows") == "all"
    _attempt(request, lambda: confirm_job(job=job, actor=actor, all_or_nothing=whole))
    return _to(pk)


@require_POST
@for_exchange
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop, and forget the file."""
    actor = actor_of(request)
    job = job_for(actor, pk)
    if _attempt(request, lambda: cancel_job(job=job, actor=actor)):
        messages.success(request, _("The import of “%(file)s” was cancelled.") % {"file": job.file_name})
    return _to(pk)


@act_view
@for_exchange
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what will be taken back, and do it."""
    actor = actor_of(request)
    job = job_for(actor, pk)
    require(owns(actor, job))
    if request.method == "POST":
        _attempt(request, lambda: undo_job(job=job, actor=actor))
        return _to(pk)
    if not can_undo(job):
        messages.error(request, str(NothingToUndo()))
        return _to(pk)
    base = "console/dialog.html" if in_dialog(request) else "console/imports/sheet.html"
    context = {"job": job, "base": base, "title": _("Undo this import"), "results": result_tiles(job)}
    return render(request, "console/imports/undo.html", context)


def _attempt(request: HttpRequest, service: Callable[[], Any]) -> bool:
    try:
        service()
    except CivicNetError as error:
        messages.error(request, str(error))
        return False
    return True


def _to(pk: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("imports:job", args=[pk]))
