"""What runs in the background: asking the addresses that articles lead to, and reminding of reviews."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from civicnet.contract import Schedule
from civicnet.lifecycle.tasks import plugin_task
from civicnet_publicity.services.links import ask_addresses, ask_again
from civicnet_publicity.services.reminding import remind_overdue


@plugin_task(plugin="publicity")
def ask_links(urls: list[str]) -> int:
    """Those of a version that went to review or out."""
    return ask_addresses(urls)


SCHEDULES = [
    Schedule(
        name="publicity.ask_links",
        label=_("Ask once a week whether the addresses that articles lead to still answer"),
        run=ask_again,
        daily_at=time(3, 20),
    ),
    Schedule(
        name="publicity.remind_reviewers",
        label=_("Remind reviewers once of what is overdue"),
        run=remind_overdue,
        every=timedelta(minutes=5),
    ),
]
