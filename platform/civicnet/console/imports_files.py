"""Files one can take along from the import screens: templates, faulty rows, exports."""

from __future__ import annotations

from pathlib import PurePath
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from civicnet.access.actors import actor_of
from civicnet.console.downloads import download
from civicnet.console.imports_access import for_either, for_exchange, may_enter
from civicnet.contract import Conflict, require
from civicnet.exchange.marked import workbook_to_mend
from civicnet.exchange.offers import resource_named
from civicnet.exchange.permissions import can_import
from civicnet.exchange.selectors import job_for
from civicnet.exchange.templates import template
from civicnet.exchange.writing import export


@require_safe
@for_exchange
def template_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """The empty workbook of a resource."""
    try:
        kind = resource_named(key)
    except Conflict as error:
        return _back(request, error)
    actor = actor_of(request)
    require(can_import(actor, kind))
    return download(template(kind, actor), "{}.xlsx".format(_("%(kind)s, template") % {"kind": kind.label}))


@require_safe
@for_exchange
def fault_file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The faults of a job to be mended: in the own workbook, or its faulty rows, each with what to do."""
    actor = actor_of(request)
    job = job_for(actor, pk)
    file = workbook_to_mend(job=job, actor=actor)
    return download(file, "{}.xlsx".format(_("%(file)s, faulty rows") % {"file": PurePath(job.file_name).stem}))


@require_POST
@for_either
def export_file(request: HttpRequest, key: str, format: str) -> HttpResponseBase:  # noqa: A002 - the word people use
    """Everything the person may see of a resource. A POST, because each export is recorded."""
    try:
        file = export(resource=key, format=format, actor=actor_of(request))
        label = resource_named(key).label
    except Conflict as error:
        return _back(request, error)
    return download(file, f"{label} {timezone.localdate():%Y-%m-%d}.{format}")


def _back(request: HttpRequest, error: Conflict) -> HttpResponseRedirect:
    messages.error(request, str(error))
    return HttpResponseRedirect(reverse("imports:index" if may_enter(request) else "exports:index"))
