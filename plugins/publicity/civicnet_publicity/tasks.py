"""What runs in the background: asking the addresses that articles lead to, and the digest of columns."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext_lazy as _

from civicnet.contract import Schedule
from civicnet.lifecycle.tasks import plugin_task
from civicnet_publicity.services.digests import send_digests
from civicnet_publicity.services.links import ask_addresses, ask_again
from civicnet_publicity.services.viewing import forget_views


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
]
