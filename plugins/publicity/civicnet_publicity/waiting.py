"""What waits for those who write, review and publish, each leading to the oldest of its kind."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from civicnet.contract import Actor, Waiting
from civicnet_publicity.selectors import returned_articles, reviews_waiting
from civicnet_publicity.selectors.channels import stuck_deliveries
from civicnet_publicity.selectors.checking import held_articles


def work_that_waits(actor: Actor) -> list[Waiting]:
    """Articles to review, articles that came back, those that were held, and those that did not reach a channel."""
    to_review = list(reviews_waiting(actor).values_list("workflow_state__object_id", flat=True))
    returned = list(returned_articles(actor).values_list("object_id", flat=True))
    held = list(held_articles(actor).order_by("pk").values_list("pk", flat=True))
    stuck = stuck_deliveries(actor).count()
    channels = [Waiting(_("Articles that did not reach a channel"), stuck, reverse("publicity_channels:index"))]
    return [
        Waiting(label, len(pages), reverse("wagtailadmin_pages:edit", args=[pages[0]]))
        for label, pages in (
            (_("Articles to review"), to_review),
            (_("Articles that came back to me"), returned),
            (_("Articles that were held by checks"), held),
        )
        if pages
    ] + (channels if stuck else [])
