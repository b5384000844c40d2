"""The board of health in the admin, and planning what to publish next."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.contract import CivicNetError
from civicnet_publicity.board import Board, column_board
from civicnet_publicity.campaigns import campaign_board
from civicnet_publicity.forms import DateInput
from civicnet_publicity.models import ColumnPage, Phase, PlannedArticle
from civicnet_publicity.page_work import PageWorkMenuItem, works_with_pages
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.selectors.reported import reports_for
from civicnet_publicity.selectors.watching import articles_to_plan, columns_of, editable_column, open_plans, written_by
from civicnet_publicity.services import close_plan, plan_article
from civicnet_publicity.services.planning import LONGEST_REASON, LONGEST_TOPIC

_BARS = 20


class PlanForm(forms.Form):
    """What is to appear in a column."""

    elements: ClassVar[dict[str, str | None]] = dict.fromkeys(("topic", "due_on", "owner", "phase", "article"))

    topic = forms.CharField(label=gettext_lazy("What is to appear"), max_length=LONGEST_TOPIC)
    due_on = forms.DateField(label=gettext_lazy("By which day"), widget=DateInput())
    owner: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=pgettext_lazy("plan", "Who sees to it"),
        empty_label=gettext_lazy("nobody yet"),
    )

    phase = forms.ChoiceField(
        required=False,
        choices=[("", gettext_lazy("no phase of a campaign")), *Phase.choices],
        label=pgettext_lazy("plan", "Phase of the campaign"),
    )
    article: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=pgettext_lazy("plan", "Article"),
        empty_label=gettext_lazy("not begun yet"),
        help_text=gettext_lazy("When readers see it, the plan is done by itself."),
    )

    def __init__(self, *args: Any, writers: Any, articles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = writers  # type: ignore[attr-defined]
        self.fields["article"].queryset = articles  # type: ignore[attr-defined]
        self.fields["article"].label_from_instance = lambda article: article.draft_title  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """Why something planned is done or given up, where no article says so."""

    elements: ClassVar[dict[str, str | None]] = {"reason": None}

    reason = forms.CharField(
        label=pgettext_lazy("plan", "Why"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("For example: it appeared in the newspaper of 3 March."),
    )


class ColumnBoardView(WagtailAdminTemplateMixin, View):
    """Sites by the rules, what to publish next, and every column with its last day of update, the stale ones first."""

    page_title = gettext_lazy("Column board")
    header_icon = "table"
    template_name = "publicity/admin/board.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Where this is."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> Any:
        """The board, for those who work with pages."""
        board = _board(request)
        figures = {"budgets": [{"name": row.column.title, "percent": row.percent} for row in _bars(board)]}
        return self.render_to_response(
            self.get_context_data(
                board=board,
                figures=figures,
                today=timezone.localdate(),
                plannable=_writable(request),
                reports=reports_for(request.user),  # type: ignore[arg-type]
            )
        )


class CampaignBoardView(WagtailAdminTemplateMixin, View):
    """The topics of a campaign, phase by phase: what is planned, who sees to it, by which day, and what is done."""

    page_title = gettext_lazy("Campaign board")
    header_icon = "tasks"
    template_name = "publicity/admin/campaigns.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Where this is."""
        board = {"url": reverse("publicity_board:index"), "label": ColumnBoardView.page_title}
        return [*self.breadcrumbs_items, board, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> Any:
        """The board, for those who work with pages."""
        if not works_with_pages(request.user):
            raise PermissionDenied
        campaigns = campaign_board(visible=columns_of(request.user))  # type: ignore[arg-type]
        return self.render_to_response(self.get_context_data(campaigns=campaigns, plannable=_writable(request)))


@never_cache
@require_safe
def board_file(request: HttpRequest) -> HttpResponse:
    """The columns of the board as CSV that spreadsheets open."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="columns.csv"'
    file = csv.writer(response)
    file.writerow(
        [
            _("Column"),
            _("Site"),
            _("Kind"),
            _("Articles"),
            _("Read in 30 days"),
            _("Last article"),
            _("Stale from"),
            _("State"),
        ]
    )
    for row in _board(request).rows:
        newest, ends = (f"{timezone.localtime(one):%Y-%m-%d}" if one else "" for one in (row.column.newest, row.ends))
        cells = [row.column.title, row.site, row.kind, row.column.articles, row.views, newest, ends, STATES[row.state]]
        # A name that begins like a formula stays a name.
        file.writerow(f"'{cell}" if str(cell).startswith(("=", "+", "-", "@")) else cell for cell in cells)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_plan(request: HttpRequest, column: int) -> HttpResponse:
    """Plan something for a column."""
    return _planned(request, _column(request, column), None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is planned, or say what became of it."""
    plan = open_plans().filter(pk=pk).first()
    if plan is None:
        raise Http404
    return _planned(request, _column(request, plan.column_id), plan)


@never_cache
@require_POST
def end_plan(request: HttpRequest, pk: int, *, done: bool) -> HttpResponse:
    """It is done, or given up."""
    actor = actor_of(request)
    try:
        plan = close_plan(actor=actor, desk=Desk(actor), pk=pk, done=done, reason=request.POST.get("reason", ""))
    except CivicNetError as error:
        messages.error(request, str(error))
        if error.field == "reason":
            return HttpResponseRedirect(reverse("publicity_board:plan", args=[pk]))
    else:
        said = _("“%(topic)s” is done.") if done else _("“%(topic)s” is not planned any more.")
        messages.success(request, said % {"topic": plan.topic})
    return HttpResponseRedirect(reverse("publicity_board:index"))


STATES = {
    "empty": pgettext_lazy("column", "empty"),
    "stale": pgettext_lazy("column", "stale"),
    "soon": pgettext_lazy("column", "due this week"),
    "fresh": pgettext_lazy("column", "fresh"),
    "resting": pgettext_lazy("column", "need not be updated"),
}


def _writable(request: HttpRequest) -> set[int]:
    return written_by(request.user)  # type: ignore[arg-type]


def _board(request: HttpRequest) -> Board:
    if not works_with_pages(request.user):
        raise PermissionDenied
    return column_board(visible=columns_of(request.user))  # type: ignore[arg-type]


def _bars(board: Board) -> list[Any]:
    """Those nearest to their end; what is empty has no time of its own."""
    return [row for row in board.rows if row.ends is not None][:_BARS]


def _column(request: HttpRequest, pk: int) -> ColumnPage:
    column = editable_column(pk)
    if column is None or not Desk(actor_of(request)).may_add_to(column):
        raise Http404
    return column


def _planned(request: HttpRequest, column: ColumnPage, plan: PlannedArticle | None) -> HttpResponse:
    actor = actor_of(request)
    desk = Desk(actor)
    index_url = reverse("publicity_board:index")
    facts: dict[str, str | date | int | None] = {"phase": column.phase}
    if plan:
        facts = {name: getattr(plan, name) for name in ("topic", "due_on", "phase")}
        facts |= {"owner": plan.owner_id, "article": plan.article_id}
    articles = articles_to_plan(column, also=plan.article_id if plan else None)
    form = PlanForm(request.POST or None, initial=facts, writers=desk.writers_in(column), articles=articles)
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            kept = plan_article(
                actor=actor, desk=desk, column=column, pk=plan.pk if plan else None, **form.cleaned_data
            )
        except CivicNetError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = error.status
        else:
            said = _("“%(topic)s” is done.") if kept.done_at else _("“%(topic)s” is planned for %(day)s.")
            messages.success(request, said % _told(kept))
            return HttpResponseRedirect(index_url)
    context = {
        "form": form,
        "plan": plan,
        "close_form": CloseForm(),
        "index_url": index_url,
        "page_title": _("Plan for “%s”") % column.title,
    }
    return render(request, "publicity/admin/plan.html", context, status=status)


def _told(plan: PlannedArticle) -> dict[str, str]:
    return {"topic": plan.topic, "day": f"{plan.due_on:%Y-%m-%d}"}


class ColumnBoardViewSet(ViewSet):
    """The board of columns."""

    name = "publicity_board"
    url_prefix = "publicity/board"
    url_namespace = "publicity_board"
    icon = "table"
    menu_label = gettext_lazy("Column board")
    menu_item_class = PageWorkMenuItem

    @cached_property
    def index_view(self) -> Any:
        """The board itself."""
        return self.construct_view(ColumnBoardView)

    @cached_property
    def campaign_view(self) -> Any:
        """The topics of campaigns, phase by phase."""
        return self.construct_view(CampaignBoardView)

    def get_urlpatterns(self) -> list[Any]:
        """The board first: the menu leads there."""
        return [
            path("", self.index_view, name="index"),
            path("campaigns/", self.campaign_view, name="campaigns"),
            path("file/", board_file, name="file"),
            path("plan/new/<int:column>/", new_plan, name="new_plan"),
            path("plan/<int:pk>/", edit_plan, name="plan"),
            path("plan/<int:pk>/done/", end_plan, {"done": True}, name="done"),
            path("plan/<int:pk>/drop/", end_plan, {"done": False}, name="drop"),
        ]
