"""Approval sheets in the admin: the list, each sheet as it is printed, as PDF, and what is made up on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.console.downloads import download
from civicnet.console.lists import DayColumn, ListView
from civicnet.contract import CivicNetError
from civicnet_publicity.forms import MakeUpForm
from civicnet_publicity.models import ApprovalSheet
from civicnet_publicity.permissions import can_take_sheets
from civicnet_publicity.review_views import ReviewMenuItem, sees_reviews
from civicnet_publicity.selectors.approvals import is_intact, obstacle_to_make_up, sheet_for, visible_sheets
from civicnet_publicity.services import make_up, take_sheet
from civicnet_publicity.sheet_rows import file_name, head_rows, seal_sentence, told_made_up, told_step


class _Policy:
    """What Wagtail's list asks: whoever works with articles looks; the rows are those they may read."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Only viewing is ever allowed; whether there is anything to view, the view asks with the request."""
        return action == "view"

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Only viewing is ever allowed."""
        return any(self.user_has_permission(user, action) for action in actions)


class SheetFilters(WagtailFilterSet):
    """Those of the urgent path."""

    class Meta:
        model = ApprovalSheet
        fields = ["is_urgent"]


class SheetListView(ListView):
    """Sheets, the newest on top."""

    model = ApprovalSheet
    permission_policy = _Policy()
    page_title = gettext_lazy("Approval sheets")
    header_icon = "clipboard-list"
    index_url_name = "publicity_sheets:index"
    index_results_url_name = "publicity_sheets:index_results"
    filterset_class = SheetFilters
    search_fields = ["title"]
    default_ordering = "-sealed_at"
    empty = gettext_lazy("There is no sheet yet. One is sealed whenever an article has passed its last review.")
    columns = [
        TitleColumn(
            "title",
            label=gettext_lazy("Title"),
            get_url=lambda sheet: reverse("publicity_sheets:sheet", args=[sheet.pk]),
        ),
        Column(
            "urgent", label=gettext_lazy("Urgent path"), accessor=lambda one: _("urgent path") if one.is_urgent else ""
        ),
        DayColumn("sealed_at", label=gettext_lazy("Sealed on"), sort_key="sealed_at"),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For whoever writes or reviews; of anybody else, as if it were not there."""
        if not sees_reviews(request):
            raise Http404
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_base_queryset(self) -> QuerySet[ApprovalSheet]:
        """Through the one door."""
        return visible_sheets(actor_of(self.request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet, printable; and the form for a step that this person may make up."""
    actor = actor_of(request)
    found = sheet_for(actor, pk)
    if found is None:
        raise Http404
    made_up = list(found.made_up.select_related("task").prefetch_related("task__groups").order_by("pk"))
    form, status, step = MakeUpForm(request.POST or None), 200, request.POST.get("step", "")
    if request.method == "POST":
        status = 400
        if step.isdigit() and any(one.pk == int(step) for one in made_up) and form.is_valid():
            try:
                make_up(step=int(step), actor=actor, **form.cleaned_data)
            except CivicNetError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
                status = error.status
            else:
                messages.success(request, _("Your step is kept on the sheet."))
                return HttpResponseRedirect(reverse("publicity_sheets:index"))
    told = told_made_up(made_up)
    for one in told:
        one["obstacle"] = obstacle_to_make_up(one["step"], request.user) if one["step"].done_at is None else ""
    context = _told(found) | {
        "made_up": told,
        "form": form,
        "asked_step": int(step) if step.isdigit() else 0,
        "takes": can_take_sheets(actor),
        "published_at": found.article.full_url if found.article and found.article.live else "",
        "compares": found.article is not None and found.article.permissions_for_user(request.user).can_edit(),
    }
    return render(request, "publicity/admin/sheet.html", context, status=status)


@never_cache
@require_GET
def pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The sheet as PDF; that it was taken out is recorded."""
    # Loaded where a sheet is drawn: what draws takes a fifteenth of every process's start, and most never draw.
    from civicnet_publicity.sheet_pdf import pdf_of

    try:
        found = take_sheet(sheet=pk, actor=actor_of(request))
    except CivicNetError as error:
        raise Http404 from error
    made_up = list(found.made_up.order_by("pk"))
    return download(pdf_of(found, made_up, intact=is_intact(found)), file_name(found))


class SheetViewSet(ViewSet):
    """Approval sheets."""

    name = "publicity_sheets"
    url_prefix = "publicity/sheets"
    url_namespace = "publicity_sheets"
    icon = "clipboard-list"
    menu_label = gettext_lazy("Approval sheets")
    menu_item_class = ReviewMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", SheetListView.as_view(), name="index"),
            path("results/", SheetListView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/", sheet, name="sheet"),
            path("<int:pk>/pdf/", pdf, name="pdf"),
        ]


def _told(found: ApprovalSheet) -> dict[str, Any]:
    intact = is_intact(found)
    return {
        "sheet": found,
        "page_title": _("Approval sheet of “%(title)s”") % {"title": found.title},
        "head": head_rows(found.facts),
        "steps": [told_step(one) for one in found.facts["steps"]],
        "intact": intact,
        "seal": seal_sentence(found, intact=intact),
    }
