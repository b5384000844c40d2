"""The export screens: masked tables at once, full values by way of a second person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.console.exports_page import AskForm, DecideForm, label_of, lines, page_of
from civicnet.console.imports_access import for_exports, may_enter
from civicnet.contract import CivicNetError, InvalidInput
from civicnet.exchange.disclosures import ask_disclosure, decide_disclosure, fetch_disclosure
from civicnet.exchange.models import DisclosureRequest
from civicnet.exchange.offers import disclosable, exportable
from civicnet.exchange.preparing import resume_disclosures
from civicnet.exchange.selectors import disclosure_for, disclosures_to_decide, visible_disclosures

REQUESTS_PER_PAGE = 20


@never_cache
@require_safe
@for_exports
def index(request: HttpRequest) -> HttpResponse:
    """What can be taken out, what waits for my decision, and the requests I may see."""
    resume_disclosures()
    actor = actor_of(request)
    page = Paginator(visible_disclosures(actor), REQUESTS_PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "may_import": may_enter(request),
        "may_export": True,
        "exportable": exportable(actor),
        "may_ask": bool(disclosable(actor)),
        "waiting": lines(disclosures_to_decide(actor)),
        "page": page,
        "lines": lines(page.object_list),
    }
    return render(request, "console/exports/index.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_exports
def new(request: HttpRequest) -> HttpResponse:
    """Ask for full values."""
    actor = actor_of(request)
    form = AskForm(disclosable(actor), actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = ask_disclosure(actor=actor, **form.cleaned_data)
        except CivicNetError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return HttpResponseRedirect(reverse("exports:request", args=[found.pk]))
    status = 400 if request.method == "POST" else 200
    return render(request, "console/exports/new.html", {"form": form}, status=status)


@never_cache
@require_safe
@for_exports
def request_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where one request stands, with what the person may do about it."""
    resume_disclosures()
    return _page(request, disclosure_for(actor_of(request), pk))


@never_cache
@require_POST
@for_exports
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Approve or refuse."""
    actor = actor_of(request)
    found = disclosure_for(actor, pk)
    form = DecideForm(request.POST)
    approve = request.POST.get("decision") == "approve"
    if not form.is_valid():
        return _page(request, found, form, status=400)
    try:
        decide_disclosure(request=found, approve=approve, note=form.cleaned_data["note"], actor=actor)
    except InvalidInput as error:
        form.add_error("note", str(error))
        return _page(request, found, form, status=400)
    except CivicNetError as error:
        messages.error(request, str(error))
    else:
        sentence = (
            _("Approved. The requester can fetch the file soon.") if approve else _("Not approved; nothing leaves.")
        )
        messages.success(request, sentence)
    return HttpResponseRedirect(reverse("exports:request", args=[pk]))


@never_cache
@require_POST
@for_exports
def fetch(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file itself, as an attachment. A POST, because each time it is taken is recorded."""
    actor = actor_of(request)
    found = disclosure_for(actor, pk)
    try:
        stream = fetch_disclosure(request=found, actor=actor)
    except CivicNetError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("exports:request", args=[pk]))
    name = f"{label_of(found)} {found.organisation.code} {timezone.localdate():%Y-%m-%d}.{found.format}"
    answer = StreamingHttpResponse(stream, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _page(
    request: HttpRequest, found: DisclosureRequest, form: DecideForm | None = None, *, status: int = 200
) -> HttpResponse:
    return render(request, "console/exports/request.html", page_of(found, actor_of(request), form), status=status)


class ExportViewSet(ViewSet):
    """Exports as part of Wagtail's admin; the menu's entry is shared with the imports."""

    url_namespace = "exports"
    url_prefix = "exports"
    icon = "download"
    menu_label = gettext_lazy("Export")

    def get_urlpatterns(self) -> list[Any]:
        """The list, the question, one page per request, and its file."""
        return [
            path("", index, name="index"),
            path("new/", new, name="new"),
            path("<uuid:pk>/", request_page, name="request"),
            path("<uuid:pk>/decide/", decide, name="decide"),
            path("<uuid:pk>/fetch/", fetch, name="fetch"),
        ]
