"""The home page of the admin: what waits for me today comes first."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from civicnet.access.actors import actor_of
from civicnet.console.content_gate import works_with_content
from civicnet.contract import Actor, Waiting
from civicnet.exchange.models import DisclosureState, JobState
from civicnet.exchange.selectors import disclosures_to_decide, visible_disclosures, visible_jobs
from civicnet.lifecycle.hooks import collect
from civicnet.lifecycle.slots import fill
from civicnet.workdays.calendar import work_calendar
from civicnet.workdays.coming import missing_year
from civicnet.workdays.permissions import can_keep


def waiting_for(actor: Actor) -> list[Waiting]:
    """Everything that waits for the actor: what plugins know of, imports to confirm, exports to decide on and to fetch, and
    the holidays of a year to enter.
    """
    found = [one for answer in collect("waiting", actor=actor) for one in answer.value]
    jobs = visible_jobs(actor).filter(state=JobState.CHECKED, owner_id=int(actor.id))
    ready = visible_disclosures(actor).filter(
        state=DisclosureState.PREPARED, requester_id=int(actor.id), expires_at__gt=timezone.now()
    )
    exports = reverse("exports:index")
    own = [
        Waiting(_("Imports to look at"), jobs.count(), reverse("imports:index")),
        Waiting(_("Full exports to decide on"), disclosures_to_decide(actor).count(), exports),
        Waiting(_("Full exports to fetch"), ready.count(), exports),
    ]
    if can_keep(actor):
        year = missing_year(timezone.localdate(), work_calendar())
        sentence = _("Years whose public holidays are to be entered")
        own.append(Waiting(sentence, int(year is not None), reverse("calendar_days:index")))
    return [one for one in [*found, *own] if one.count]


class WaitingPanel(Component):
    """Cards with a number each; without any, a sentence that says so."""

    name = "waiting"
    template_name = "console/waiting.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """The cards, and whether this person may search for pages at all."""
        request = parent_context["request"]
        return {"cards": waiting_for(actor_of(request)), "searches": works_with_content(request.user)}


class PluginPanels(Component):
    """What plugins show on the home page."""

    name = "plugin_panels"
    order = 20

    def render_html(self, parent_context: Any = None) -> SafeString:
        """The panels of the slot ``admin.home``."""
        return fill("admin.home", parent_context["request"])
