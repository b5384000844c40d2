"""The import screens: choose and drop a file, watch it being checked, look at what was found, let the good rows in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.console.imports_access import for_exchange, may_enter, may_export
from civicnet.console.imports_acts import cancel, confirm, undo
from civicnet.console.imports_columns import columns
from civicnet.console.imports_files import export_file, fault_file, template_file
from civicnet.console.imports_page import FILE, STEPS, UploadForm, job_context, job_lines, kind_cards, progress_of
from civicnet.contract import CivicNetError
from civicnet.exchange.offers import importable
from civicnet.exchange.permissions import VIEW
from civicnet.exchange.selectors import job_for, visible_jobs
from civicnet.exchange.services import resume_stalled, upload_file

JOBS_PER_PAGE = 20


@require_safe
@for_exchange
def index(request: HttpRequest) -> HttpResponse:
    """All jobs the person may see, the newest first."""
    resume_stalled()
    actor = actor_of(request)
    jobs, mine = visible_jobs(actor), request.GET.get("whose") == "mine"
    page = Paginator(jobs.filter(owner_id=int(actor.id)) if mine else jobs, JOBS_PER_PAGE).get_page(
        request.GET.get("p")
    )
    lines = job_lines(page.object_list)
    context = {
        "page": page,
        "lines": lines,
        "running": any(line.job.is_running for line in lines),
        "mine_only": mine,
        "sees_others": actor.may(VIEW),
        "importable": importable(actor),
        "may_import": True,
        "may_export": may_export(request),
    }
    return render(request, "console/imports/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_exchange
def new(request: HttpRequest) -> HttpResponse:
    """Choose what to import, and hand in the file."""
    actor = actor_of(request)
    kinds = importable(actor)
    form = UploadForm(kinds, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = upload_file(resource=form.cleaned_data["resource"], file=file, name=file.name, actor=actor)
        except CivicNetError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return HttpResponseRedirect(reverse("imports:job", args=[job.pk]))
    chosen = request.POST.get("resource") or request.GET.get("resource") or (kinds[0].key if len(kinds) == 1 else "")
    context = {"form": form, "kinds": kind_cards(kinds, chosen), "steps": STEPS, "step": FILE}
    return render(request, "console/imports/new.html", context, status=400 if request.method == "POST" else 200)


@require_safe
@for_exchange
def job_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One job: its progress, its preview or its result, whichever it has come to."""
    resume_stalled()
    actor = actor_of(request)
    return render(request, "console/imports/job.html", job_context(job_for(actor, pk), actor, request.GET))


@require_safe
@for_exchange
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a job has come, for the page that watches it."""
    resume_stalled()
    return JsonResponse(progress_of(job_for(actor_of(request), pk)))


class ImportMenuItem(MenuItem):
    """Shown to whoever may import, or look at imports, or export; it leads to what they may."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for the permissions."""
        return may_enter(request) or may_export(request)

    def render_component(self, request: HttpRequest) -> Any:
        """The entry with its address for this person."""
        component = super().render_component(request)
        component.url = reverse("imports:index" if may_enter(request) else "exports:index")
        return component


class ImportViewSet(ViewSet):
    """Import and export as part of Wagtail's admin."""

    url_namespace = "imports"
    url_prefix = "imports"
    icon = "upload"
    menu_label = gettext_lazy("Import and export")
    menu_order = 500
    menu_item_class = ImportMenuItem
    add_to_admin_menu = True

    @property
    def menu_url(self) -> str:
        """Where the menu item leads."""
        return reverse("imports:index")

    def get_urlpatterns(self) -> list[Any]:
        """The list, the upload, one page per job, and the files one can take along."""
        return [
            path("", index, name="index"),
            path("new/", new, name="new"),
            path("template/<str:key>/", template_file, name="template"),
            path("export/<str:key>/<slug:format>/", export_file, name="export"),
            path("<uuid:pk>/", job_page, name="job"),
            path("<uuid:pk>/progress/", progress, name="progress"),
            path("<uuid:pk>/confirm/", confirm, name="confirm"),
            path("<uuid:pk>/cancel/", cancel, name="cancel"),
            path("<uuid:pk>/columns/", columns, name="columns"),
            path("<uuid:pk>/undo/", undo, name="undo"),
            path("<uuid:pk>/faults/", fault_file, name="faults"),
        ]
