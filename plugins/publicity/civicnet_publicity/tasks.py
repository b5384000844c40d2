"""What runs in the background: asking the addresses of links, serving channels, reminders, and the digest of columns."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from civicnet.contract import Schedule
from civicnet.lifecycle.tasks import plugin_task
from civicnet_publicity.services.delivering import deliver_due
from civicnet_publicity.services.digests import send_digests
from civicnet_publicity.services.following import follow_below, keep_in_step
from civicnet_publicity.services.links import ask_addresses, ask_again
from civicnet_publicity.services.reminding import remind_overdue
from civicnet_publicity.services.viewing import forget_views


@plugin_task(plugin="publicity")
def ask_links(urls: list[str]) -> int:
    """Those of a version that went to review or out."""
    return ask_addresses(urls)


@plugin_task(plugin="publicity")
def deliver(deliveries: list[int]) -> int:
    """The first attempt of what has just been wished of channels."""
    return deliver_due(only=deliveries)


@plugin_task(plugin="publicity")
def look_below(path: str) -> None:
    """Articles below a page that was moved, restricted or opened."""
    follow_below(path=path)


# Rows are taken one by one, so two senders do each other no harm; a dead one must not hold up everybody.
_LEASE = timedelta(minutes=10)
SCHEDULES = [
    Schedule(
        "publicity.deliver",
        _("Bring articles to their channels"),
        deliver_due,
        every=timedelta(seconds=15),
        lease=_LEASE,
    ),
    Schedule(
        "publicity.keep_in_step",
        _("Look whether channels still show what is published"),
        keep_in_step,
        every=timedelta(minutes=1),
        lease=_LEASE,
    ),
    Schedule(
        name="publicity.ask_links",
        label=_("Ask once a week whether the addresses that articles lead to still answer"),
        run=ask_again,
        daily_at=time(3, 20),
    ),
    Schedule(
        name="publicity.send_digests",
        label=_("Write once a week to those who watch columns"),
        # Every day: what no worker was there for on Monday goes out on the next day on which one is.
        run=send_digests,
        daily_at=time(7, 30),
    ),
    Schedule(
        name="publicity.forget_views",
        label=_("Delete sums of views older than two years"),
        run=forget_views,
        daily_at=time(3, 55),
    ),
    Schedule(
        name="publicity.remind_reviewers",
        label=_("Remind reviewers once of what is overdue"),
        run=remind_overdue,
        every=timedelta(minutes=5),
    ),
]
