"""The tree of organisations in Wagtail's admin: opened level by level, searched, and changed with a day and a reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.access.models import Organisation
from civicnet.access.organisation_page import (
    ANY,
    heads,
    history,
    posts_held,
    shown_organisation,
    shown_organisations,
)
from civicnet.access.organisation_selectors import lines_of, search
from civicnet.access.organisation_tree import ADD, CHANGE
from civicnet.access.scope import EVERYWHERE, covers
from civicnet.console import organisation_acts as acts
from civicnet.console.doors import PostMenuItem, open_to
from civicnet.console.organisation_suggestions import suggest
from civicnet.contract import Actor

ROWS_PER_PAGE = 50
FOUND_AT_MOST = 50
EVENTS_SHOWN = 50


class LevelPaginator(Paginator[Organisation]):
    """Pages of a level; how many there are is written on the node above, and need not be counted."""

    def __init__(self, above: Organisation) -> None:
        super().__init__(above.get_children(), ROWS_PER_PAGE)
        self.above = above

    @cached_property
    def count(self) -> int:
        """The number the tree keeps."""
        return int(self.above.numchild)


@require_safe
@open_to(*ANY)
def index(request: HttpRequest) -> HttpResponse:
    """Where the reader's tree begins, or what a search found in it."""
    actor = actor_of(request)
    words = request.GET.get("q", "").strip()[:100]
    rows: Iterable[Organisation] | QuerySet[Organisation]
    if words:
        rows = search(shown_organisations(actor), words, most=FOUND_AT_MOST)
        page = None
    else:
        page = Paginator(heads(actor), ROWS_PER_PAGE).get_page(request.GET.get("p"))
        rows = page.object_list
    context = {"words": words, "rows": _lines(list(rows)), "page": page, "most": FOUND_AT_MOST}
    return render(request, "console/organisations/index.html", context)


@require_safe
@open_to(*ANY)
def organisation_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation: where it stands, what is below it, what it was called, what happened, who works there."""
    actor = actor_of(request)
    one = shown_organisation(actor, pk)
    page = LevelPaginator(one).get_page(request.GET.get("p"))
    above = lines_of([one])[one.pk]
    context = {
        "one": one,
        "closed": not one.is_open(timezone.localdate()),
        "above": [(each, any(covers(actor, permission, each.path) for permission in ANY)) for each in above],
        "page": page,
        "rows": [{"one": each, "closed": not each.is_open(timezone.localdate())} for each in page.object_list],
        "aliases": list(one.aliases.all()),
        "events": list(history(one)[:EVENTS_SHOWN]),
        "posts": posts_held(actor, one),
        "may": _may(actor, one),
    }
    return render(request, "console/organisations/organisation.html", context)


def _lines(rows: list[Organisation]) -> list[dict[str, Any]]:
    today, above = timezone.localdate(), lines_of(rows)
    return [
        {"one": one, "closed": not one.is_open(today), "above": " › ".join(each.name for each in above[one.pk])}
        for one in rows
    ]


def _may(actor: Actor, one: Organisation) -> dict[str, bool]:
    changes = covers(actor, CHANGE, one.path) and one.valid_to is None
    # The only root has nowhere to go.
    alone = one.depth == 1 and EVERYWHERE in actor.paths(CHANGE)
    taken = changes and not alone and covers(actor, CHANGE, one.path[: -Organisation.steplen] or one.path)
    return {"add": one.valid_to is None and covers(actor, ADD, one.path), "change": changes, "take": taken}


class OrganisationMenuItem(PostMenuItem):
    """For whoever sees, sets up or changes organisations."""

    permissions = ANY


class OrganisationViewSet(ViewSet):
    """Organisations as part of Wagtail's admin."""

    url_namespace = "organisations"
    url_prefix = "organisations"
    icon = "site"
    menu_label = gettext_lazy("Organisations")
    menu_order = 720
    menu_item_class = OrganisationMenuItem
    add_to_admin_menu = True

    @property
    def menu_url(self) -> str:
        """Where the menu item leads."""
        return reverse("organisations:index")

    def get_urlpatterns(self) -> list[Any]:
        """The tree, one page per organisation with its acts, and what fields are offered."""
        return [
            path("", index, name="index"),
            path("suggest/", suggest, name="suggest"),
            path("<int:pk>/", organisation_page, name="organisation"),
            path("<int:pk>/new/", acts.new, name="new"),
            path("<int:pk>/rename/", acts.rename, name="rename"),
            path("<int:pk>/move/", acts.move, name="move"),
            path("<int:pk>/merge/", acts.merge, name="merge"),
            path("<int:pk>/close/", acts.close, name="close"),
        ]
