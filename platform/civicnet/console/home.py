"""The home page of the admin: what waits for me today comes first."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from civicnet.access.actors import actor_of
from civicnet.contract import Actor, Waiting
from civicnet.exchange.models import JobState
from civicnet.exchange.selectors import visible_jobs
from civicnet.lifecycle.hooks import collect


def waiting_for(actor: Actor) -> list[Waiting]:
    """Everything that waits for the actor: what plugins know of, and imports that were checked and not confirmed."""
    found = [one for answer in collect("waiting", actor=actor) for one in answer.value]
    mine = visible_jobs(actor).filter(state=JobState.CHECKED, owner_id=int(actor.id))
    return [
        one for one in [*found, Waiting(_("Imports to look at"), mine.count(), reverse("imports:index"))] if one.count
    ]


class WaitingPanel(Component):
    """Cards with a number each; without any, a sentence that says so."""

    name = "waiting"
    template_name = "console/waiting.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """The cards."""
        return {"cards": waiting_for(actor_of(parent_context["request"]))}
