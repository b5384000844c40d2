"""What waits for those who write and review, each leading to the oldest of its kind."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from civicnet.contract import Actor, Waiting
from civicnet_publicity.selectors import returned_articles, reviews_waiting
from civicnet_publicity.selectors.approvals import made_up_waiting
from civicnet_publicity.selectors.checking import held_articles
from civicnet_publicity.selectors.reviews import overdue


def work_that_waits(actor: Actor) -> list[Waiting]:
    """Articles to review and what of it is overdue, articles that came back, those that were held, and what is made up."""
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
    return [*found, *_made_up(actor)]


def _made_up(actor: Actor) -> list[Waiting]:
    steps = made_up_waiting(actor)
    if not steps:
        return []
    url = reverse("publicity_sheets:sheet", args=[steps[0].sheet_id])
    return [Waiting(_("Steps to make up after publication"), len(steps), url)]
