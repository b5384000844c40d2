"""Reviews in the admin: the board of all that run, and the urgent path of one article."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.generic import View
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.contract import CivicNetError
from civicnet_publicity.compare_view import CompareVersionsView
from civicnet_publicity.forms import UrgentForm
from civicnet_publicity.page_work import works_with_pages
from civicnet_publicity.permissions import can_allow_urgent, can_see_sheets
from civicnet_publicity.selectors.checking import editable_article
from civicnet_publicity.selectors.running import for_board, made_up_open, reviews_anything, rows_of, running_reviews
from civicnet_publicity.services import allow_urgent

PER_PAGE = 50


def sees_reviews(request: HttpRequest) -> bool:
    """Whether a person writes articles, is in a group that reviews, or may read all sheets."""
    actor = actor_of(request)
    return can_see_sheets(actor) or works_with_pages(request.user) or reviews_anything(actor)


class ReviewMenuItem(MenuItem):
    """Shown to those who write or review."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Nobody else has anything to do there."""
        return sees_reviews(request)


class ReviewBoardView(WagtailAdminTemplateMixin, View):
    """Every article on its way, what is due first on top; and what the urgent path left to be made up."""

    page_title = gettext_lazy("Review board")
    header_icon = "tasks"
    template_name = "publicity/admin/review_board.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Where this is."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> Any:
        """The board, as far as its rows concern this person."""
        if not sees_reviews(request):
            raise PermissionDenied
        actor = actor_of(request)
        page: Any = Paginator(for_board(running_reviews(actor)), PER_PAGE).get_page(request.GET.get("p"))
        page.object_list = rows_of(actor, list(page.object_list))
        left_out = list(made_up_open(actor)[:PER_PAGE])
        told = self.get_context_data(rows=page, left_out=left_out, may_hurry=can_allow_urgent(actor))
        return self.render_to_response(told)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def urgent(request: HttpRequest, page_id: int) -> HttpResponse:
    """What the urgent path means, and the form that sends an article there."""
    article = get_object_or_404(editable_article(page_id))
    actor = actor_of(request)
    # Of an article that this person may not open, no more is said than of one that is not there.
    if not (can_allow_urgent(actor) and _may_open(request, article)):
        raise Http404
    form = UrgentForm(request.POST if request.method == "POST" else None)
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            allow_urgent(article=article, actor=actor, reason=form.cleaned_data["reason"])
        except CivicNetError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = error.status
        else:
            said = _("“%(title)s” goes straight to its last review. What was left out is made up after publication.")
            messages.success(request, said % {"title": article.draft_title})
            return HttpResponseRedirect(reverse("publicity_reviews:index"))
    title = _("Urgent path of “%(title)s”") % {"title": article.draft_title}
    context = {"article": article, "page_title": title, "form": form}
    return render(request, "publicity/admin/urgent.html", context, status=status)


class ReviewBoardViewSet(ViewSet):
    """The board of reviews."""

    name = "publicity_reviews"
    url_prefix = "publicity/reviews"
    url_namespace = "publicity_reviews"
    icon = "tasks"
    menu_label = gettext_lazy("Review board")
    menu_item_class = ReviewMenuItem

    @cached_property
    def index_view(self) -> Any:
        """The board."""
        return self.construct_view(ReviewBoardView)

    def get_urlpatterns(self) -> list[Any]:
        """The board first: the menu leads there."""
        return [
            path("", self.index_view, name="index"),
            path("<int:page_id>/urgent/", urgent, name="urgent"),
            path(
                "<int:pk>/compare/<slug:revision_id_a>/<slug:revision_id_b>/",
                CompareVersionsView.as_view(),
                name="compare",
            ),
        ]


def _may_open(request: HttpRequest, article: Any) -> bool:
    running = running_reviews(actor_of(request)).filter(object_id=str(article.pk))
    return bool(article.permissions_for_user(request.user).can_edit() or running.exists())
