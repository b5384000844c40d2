"""The checks of one article in the admin: hints while somebody types, all findings on a page, and letting it pass."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.models import Page

from civicnet.access.actors import actor_of
from civicnet.contract import CivicNetError
from civicnet_publicity.checks.reading import FIELDS
from civicnet_publicity.forms import OverrideForm
from civicnet_publicity.models import ArticlePage
from civicnet_publicity.permissions import can_override_checks
from civicnet_publicity.selectors.checking import decisions_on, editable_article, is_disclosed
from civicnet_publicity.services import checked, override_checks
from civicnet_publicity.services.gate import findings_in


@never_cache
@require_POST
def hints(request: HttpRequest, page_id: int) -> HttpResponse:
    """What is found in the form of an article as it stands now; nothing is saved."""
    article = _editable(request, page_id)
    return _found(request, article, article.get_parent())


@never_cache
@require_POST
def new_hints(request: HttpRequest, page_id: int) -> HttpResponse:
    """The same for an article that is not saved yet, below a column."""
    column = get_object_or_404(Page, pk=page_id)
    if not column.permissions_for_user(request.user).can_add_subpage():
        raise Http404
    return _found(request, ArticlePage(), column)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checks(request: HttpRequest, page_id: int) -> HttpResponse:
    """All findings on the latest version, and the form by which it is let pass."""
    article, actor = _editable(request, page_id), actor_of(request)
    form = OverrideForm(request.POST if request.method == "POST" else None)
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            override_checks(article=article, actor=actor, reason=form.cleaned_data["reason"])
        except CivicNetError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = error.status
        else:
            messages.success(
                request, _("“%(title)s” may go on as it is; your reason is kept.") % {"title": article.title}
            )
            return HttpResponseRedirect(reverse("publicity_articles:checks", args=[article.pk]))
    findings, stopped = checked(article)
    context = {
        "article": article,
        "page_title": _("Checks of “%(title)s”") % {"title": article.title},
        "findings": findings,
        "stopped": bool(stopped),
        "decisions": decisions_on(article),
        "form": form if stopped and can_override_checks(actor) else None,
    }
    return render(request, "publicity/admin/checks.html", context, status=status)


def _editable(request: HttpRequest, page_id: int) -> ArticlePage:
    """The latest version of an article that the person may open in the editor, as its author or its reviewer.

    Of any other one this says no more than of one that is not there.
    """
    article: ArticlePage = get_object_or_404(editable_article(page_id)).get_latest_revision_as_object()
    if not article.permissions_for_user(request.user).can_edit():
        raise Http404
    return article


def _found(request: HttpRequest, article: ArticlePage, column: Page) -> JsonResponse:
    form_class = ArticlePage.get_edit_handler().get_form_class()
    form = form_class(instance=article, parent_page=column.specific, for_user=request.user)
    fields = form.fields
    # As it was typed, before any rule is asked: what is not finished yet is looked at, too.
    typed = {
        name: fields[name].widget.value_from_datadict(request.POST, request.FILES, name)
        for name in FIELDS
        if name in fields and not fields[name].widget.value_omitted_from_data(request.POST, request.FILES, name)
    }
    found = findings_in(typed, disclosed=is_disclosed(column.pk), typed=form.typed_parts(request.POST, request.FILES))
    return JsonResponse({"findings": [one.told() for one in found]})


urlpatterns = [
    path("checks/<int:page_id>/", checks, name="checks"),
    path("checks/<int:page_id>/hints/", hints, name="hints"),
    path("checks/new/<int:page_id>/hints/", new_hints, name="new_hints"),
]
