"""Schedules of the outbox: what is due is sent every few seconds, what is long over is forgotten at night."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicnet.contract import Schedule
from civicnet.delivery.models import OPEN, Delivery
from civicnet.delivery.sending import send_due

KEPT = timedelta(days=30)
# Rows are taken one by one, so two senders do each other no harm; a dead one must not hold up everybody.
_LEASE = timedelta(minutes=5)


def purge(*, now: datetime | None = None) -> int:
    """Delete deliveries that have been over for long; returns how many."""
    over = Delivery.objects.exclude(state__in=OPEN).filter(created_at__lt=(now or timezone.now()) - KEPT)
    return over.delete()[0]


SCHEDULES = (
    Schedule("delivery.send", _("Send what waits for webhooks"), send_due, every=timedelta(seconds=15), lease=_LEASE),
    Schedule("delivery.purge", _("Forget deliveries after 30 days"), purge, daily_at=time(3, 40)),
)
