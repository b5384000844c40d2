"""What waits for those who write, review and publish, each leading to the oldest of its kind."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from civicnet.contract import Actor, Waiting
from civicnet_publicity.board import column_board
from civicnet_publicity.permissions import can_watch
from civicnet_publicity.selectors import returned_articles, reviews_waiting
from civicnet_publicity.selectors.channels import stuck_deliveries
from civicnet_publicity.selectors.checking import held_articles
from civicnet_publicity.selectors.watching import account_of, columns_of, plans_due


def work_that_waits(actor: Actor) -> list[Waiting]:
    """Articles to review, that came back, were held or did not reach a channel; columns for those who watch them; plans."""
    to_review = list(reviews_waiting(actor).values_list("workflow_state__object_id", flat=True))
    returned = list(returned_articles(actor).values_list("object_id", flat=True))
    held = list(held_articles(actor).order_by("pk").values_list("pk", flat=True))
    stuck = stuck_deliveries(actor).count()
    channels = [Waiting(_("Articles that did not reach a channel"), stuck, reverse("publicity_channels:index"))]
    found = [
        Waiting(label, len(pages), reverse("wagtailadmin_pages:edit", args=[pages[0]]))
        for label, pages in (
            (_("Articles to review"), to_review),
            (_("Articles that came back to me"), returned),
            (_("Articles that were held by checks"), held),
        )
        if pages
    ]
    return found + (channels if stuck else []) + _columns(actor)


def _columns(actor: Actor) -> list[Waiting]:
    board = reverse("publicity_board:index")
    planned = Waiting(_("Planned articles that are due"), plans_due(actor).count(), f"{board}#plan")
    person = account_of(actor) if can_watch(actor) else None
    if person is None:
        return [planned] if planned.count else []
    rows = column_board(visible=columns_of(person)).rows
    stale = Waiting(_("Columns that need an article"), sum(row.waits for row in rows), board)
    return [one for one in (stale, planned) if one.count]
