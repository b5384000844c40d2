"""The office's pages: the file of a grid with its team, opening a grid, recording and taking back absences."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from civicnet.access.actors import actor_of
from civicnet.contract import CivicNetError
from civicnet_grid.duty import on_duty
from civicnet_grid.forms import AbsenceForm, AccountForm, EndPostForm, GridForm, WithdrawForm
from civicnet_grid.models import Duty, Post
from civicnet_grid.permissions import ADD_GRID, can_end_post, can_link_user, can_record_absence, can_see_people
from civicnet_grid.selectors import team, visible_absences, visible_grids, visible_posts
from civicnet_grid.services import end_post, link_user, open_grid, record_absence, withdraw_absence


@never_cache
@require_safe
def grid_file(request: HttpRequest, pk: int) -> HttpResponse:
    """一格一档: the grid, its team with both halves of every pair, and who is on duty today."""
    actor = actor_of(request)
    grid = get_object_or_404(visible_grids(actor).select_related("organisation"), pk=pk)
    today = timezone.localdate()
    visible = visible_posts(actor).filter(grid=grid)
    posts = list(
        team([grid.pk], today)
        .filter(pk__in=visible.values("pk"))
        .select_related("grid__organisation", "worker__organisation")
    )
    context = {
        "grid": grid,
        "rows": _rows(posts),
        "there": on_duty(posts),
        "today": today,
        "people": can_see_people(actor, grid.organisation),
        "may_record": {post.pk for post in posts if can_record_absence(actor, post)},
        "may_link": {post.pk for post in posts if post.worker.user_id is None and can_link_user(actor, post.worker)},
        "may_end": {post.pk for post in posts if post.valid_to is None and can_end_post(actor, post)},
        "breadcrumbs_items": _crumbs(grid.name),
        "header_icon": "table",
        "header_title": grid.name,
    }
    return render(request, "grid/grid_file.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_one(request: HttpRequest) -> HttpResponse:
    """Open a grid."""
    actor = actor_of(request)
    if not actor.may(ADD_GRID):
        raise Http404
    form = GridForm(request.POST or None, actor=actor)
    if form.is_valid():
        try:
            grid = open_grid(actor=actor, **form.cleaned_data)
        except CivicNetError as error:
            return _form(request, form, _("Open a grid"), _("Open the grid"), error)
        messages.success(request, _("%(grid)s is open. Its team comes with the next roster.") % {"grid": grid.name})
        return HttpResponseRedirect(reverse("grid_grids:file", args=[grid.pk]))
    return _form(request, form, _("Open a grid"), _("Open the grid"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an absence of the holder of a post."""
    actor = actor_of(request)
    post = get_object_or_404(visible_posts(actor).select_related("grid__organisation", "worker"), pk=pk)
    if not can_record_absence(actor, post):
        raise Http404
    form = AbsenceForm(request.POST or None)
    title = _("Record an absence: %(post)s") % {"post": post}
    if form.is_valid():
        try:
            record_absence(actor=actor, post=post, **form.cleaned_data)
        except CivicNetError as error:
            return _form(request, form, title, _("Record the absence"), error)
        messages.success(request, _("The absence is recorded. The other half of the pair is on duty for these days."))
        return HttpResponseRedirect(reverse("grid_grids:file", args=[post.grid_id]))
    return _form(request, form, title, _("Record the absence"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an absence back."""
    actor = actor_of(request)
    found = get_object_or_404(visible_absences(actor).select_related("post__grid__organisation", "post__worker"), pk=pk)
    if not can_record_absence(actor, found.post):
        raise Http404
    form = WithdrawForm(request.POST or None)
    title = _("Take back: %(absence)s") % {"absence": found}
    if form.is_valid():
        try:
            withdraw_absence(actor=actor, absence=found, **form.cleaned_data)
        except CivicNetError as error:
            return _form(request, form, title, _("Take back"), error)
        messages.success(request, _("The absence is taken back; the post is on duty again."))
        return HttpResponseRedirect(reverse("grid_absences:index"))
    return _form(request, form, title, _("Take back"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post; whoever comes next takes it over with the next roster."""
    actor = actor_of(request)
    post = get_object_or_404(visible_posts(actor).select_related("grid__organisation"), pk=pk)
    if not can_end_post(actor, post):
        raise Http404
    form = EndPostForm(request.POST or None)
    title = _("End a post: %(post)s") % {"post": post}
    if form.is_valid():
        try:
            end_post(actor=actor, post=post, **form.cleaned_data)
        except CivicNetError as error:
            return _form(request, form, title, _("End the post"), error)
        messages.success(request, _("The post ends with that day. It stays in the grid's history."))
        return HttpResponseRedirect(reverse("grid_grids:file", args=[post.grid_id]))
    return _form(request, form, title, _("End the post"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Link the holder of a post with the account they sign in with."""
    actor = actor_of(request)
    post = get_object_or_404(visible_posts(actor).select_related("grid__organisation", "worker__organisation"), pk=pk)
    if not can_link_user(actor, post.worker):
        raise Http404
    form = AccountForm(request.POST or None)
    title = _("Link an account: %(post)s") % {"post": post}
    if form.is_valid():
        try:
            link_user(actor=actor, worker=post.worker, **form.cleaned_data)
        except CivicNetError as error:
            return _form(request, form, title, pgettext("account", "Link"), error)
        messages.success(request, _("The worker can sign in to the desk now."))
        return HttpResponseRedirect(reverse("grid_grids:file", args=[post.grid_id]))
    return _form(request, form, title, pgettext("account", "Link"))


def _form(
    request: HttpRequest, form: Form, title: str, button: str, error: CivicNetError | None = None
) -> HttpResponse:
    if error is not None:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    context = {
        "form": form,
        "button": button,
        "breadcrumbs_items": _crumbs(title),
        "header_icon": "table",
        "header_title": title,
    }
    return render(request, "grid/form.html", context, status=error.status if error else 400 if form.errors else 200)


def _rows(posts: list[Post]) -> list[dict[str, Any]]:
    """The team as a notice board shows it: one row per pair, A and B side by side."""
    rows: dict[tuple[int, int], dict[str, Any]] = {}
    for post in posts:
        row = rows.setdefault((post.level, post.seat), {"level": post.level, "seat": post.seat})
        row["primary" if post.duty == Duty.PRIMARY else "backup"] = post
    return list(rows.values())


def _crumbs(label: str) -> list[dict[str, str]]:
    return [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("grid_grids:index"), "label": _("Grids")},
        {"url": "", "label": label},
    ]
