"""What waits for those who write, review and publish, each leading to the oldest of its kind."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from civicnet.contract import Actor, Waiting
from civicnet_publicity.board import column_board
from civicnet_publicity.permissions import can_watch
from civicnet_publicity.selectors import returned_articles, reviews_waiting
from civicnet_publicity.selectors.approvals import made_up_waiting
from civicnet_publicity.selectors.channels import stuck_deliveries
from civicnet_publicity.selectors.checking import held_articles
from civicnet_publicity.selectors.reported import reports_for
from civicnet_publicity.selectors.reviews import overdue
from civicnet_publicity.selectors.watching import account_of, columns_of, plans_due


def work_that_waits(actor: Actor) -> list[Waiting]:
    """Articles to review, that came back, were held or reached no channel; errors to answer; columns and plans to see to."""
    states = reviews_waiting(actor)
    to_review = list(states.values_list("workflow_state__object_id", flat=True))
    late = list(overdue(states).values_list("workflow_state__object_id", flat=True)) if to_review else []
    returned = list(returned_articles(actor).values_list("object_id", flat=True))
    held = list(held_articles(actor).order_by("pk").values_list("pk", flat=True))
    found = [
        Waiting(label, len(pages), reverse("wagtailadmin_pages:edit", args=[pages[0]]))
        for label, pages in (
            (_("Articles to review"), to_review),
            (_("Overdue among them"), late),
            (_("Articles that came back to me"), returned),
            (_("Articles that were held by checks"), held),
        )
        if pages
    ]
    return [*found, *_reports(actor), *_channels(actor), *_made_up(actor), *_columns(actor)]


def _reports(actor: Actor) -> list[Waiting]:
    person = account_of(actor)
    mine = [line for line in reports_for(person) if line.is_mine] if person else []
    board = reverse("publicity_board:index")
    return [Waiting(_("Errors that readers found"), len(mine), f"{board}#reports")] if mine else []


def _channels(actor: Actor) -> list[Waiting]:
    stuck = stuck_deliveries(actor).count()
    if not stuck:
        return []
    return [Waiting(_("Articles that did not reach a channel"), stuck, reverse("publicity_channels:index"))]


def _columns(actor: Actor) -> list[Waiting]:
    board = reverse("publicity_board:index")
    planned = Waiting(_("Planned articles that are due"), plans_due(actor).count(), f"{board}#plan")
    person = account_of(actor) if can_watch(actor) else None
    if person is None:
        return [planned] if planned.count else []
    rows = column_board(visible=columns_of(person)).rows
    stale = Waiting(_("Columns that need an article"), sum(row.waits for row in rows), board)
    return [one for one in (stale, planned) if one.count]


def _made_up(actor: Actor) -> list[Waiting]:
    steps = made_up_waiting(actor)
    if not steps:
        return []
    url = reverse("publicity_sheets:sheet", args=[steps[0].sheet_id])
    return [Waiting(_("Steps to make up after publication"), len(steps), url)]
