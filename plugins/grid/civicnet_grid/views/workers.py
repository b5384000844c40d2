"""A worker's page: what is on file about one person, masked, and whole numbers against a reason."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from civicnet.access.actors import actor_of
from civicnet.console.reveals import Reveal
from civicnet_grid.models import Worker
from civicnet_grid.permissions import REVEAL_ID_NUMBER, REVEAL_PHONE, can_reveal
from civicnet_grid.selectors import visible_posts, visible_workers
from civicnet_grid.services import reveal_id_number, reveal_phone


@never_cache
@require_safe
def worker_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The page."""
    return _page(request, _found(request, pk))


@never_cache
@require_POST
def show_number(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The page with one whole number in it, this once."""
    worker = _found(request, pk)
    services = {"phone": reveal_phone, "id_number": reveal_id_number}
    if slug not in services:
        raise Http404
    reveals = _reveals(request, worker)
    read = partial(services[slug], worker=worker, actor=actor_of(request))
    reveals[slug].answer(request.POST, lambda reason: read(reason=reason))
    return _page(request, worker, reveals, status=reveals[slug].status)


def _found(request: HttpRequest, pk: int) -> Worker:
    workers = visible_workers(actor_of(request)).select_related("organisation", "user")
    worker: Worker = get_object_or_404(workers, pk=pk)
    return worker


def _reveals(request: HttpRequest, worker: Worker) -> dict[str, Reveal]:
    actor = actor_of(request)

    def url(slug: str, permission: str) -> str:
        may = can_reveal(actor, permission, worker.organisation)
        return reverse("grid_workers:show", args=[worker.pk, slug]) if may else ""

    return {
        "phone": Reveal("phone", _("Phone"), worker.masked_phone, url("phone", REVEAL_PHONE)),
        "id_number": Reveal("id_number", _("ID number"), worker.masked_id_number, url("id_number", REVEAL_ID_NUMBER)),
    }


def _page(
    request: HttpRequest, worker: Worker, reveals: dict[str, Reveal] | None = None, *, status: int = 200
) -> HttpResponse:
    posts = visible_posts(actor_of(request)).filter(worker=worker).select_related("grid")
    context: dict[str, Any] = {
        "worker": worker,
        "reveals": (reveals or _reveals(request, worker)).values(),
        "posts": posts.order_by("-valid_from", "-pk"),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("grid_workers:index"), "label": _("Workers")},
            {"url": "", "label": worker.name},
        ],
        "header_icon": "user",
        "header_title": worker.name,
    }
    return render(request, "grid/worker_file.html", context, status=status)
