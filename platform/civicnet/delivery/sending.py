"""Sending what is due: one sender for a row at a time, again after a failure, given up after a day.

A row is taken by one statement that finds it as it was read, on either database. Whoever took it has until ``next_at``; a
sender that comes back later finds that the row is no longer its own, and changes nothing. Of what is about the same subject
one is under way at a time, so that nobody hears of an older one last.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, QuerySet
from django.utils import timezone

from civicnet.contract import InvalidInput
from civicnet.delivery.forms import written
from civicnet.delivery.kinds import may_be_sent, tell_lost
from civicnet.delivery.models import OPEN, Delivery, DeliveryState, Failure, Webhook
from civicnet.delivery.outgoing import send
from civicnet.delivery.targets import Unsent, read_target

# After each attempt but the last; together a little less than a day.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600, 12 * 3600))
# So that what failed together does not come back together.
_SPREAD = 0.15
# Much longer than one attempt can take: names are looked up without a limit of ours.
LEASE = timedelta(minutes=2)
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt."""

    status: int | None = None
    failure: Failure | None = None
    duration_ms: int | None = None

    @property
    def skipped(self) -> bool:
        """Whether it was not even tried, and will not be."""
        return self.failure in (Failure.ENDED, Failure.OFF, Failure.NEWER)


def send_due(*, event: UUID | None = None, now: datetime | None = None) -> int:
    """Send what is due, or what is of one event; returns how many were tried or skipped.

    A webhook that fails is left alone until the next call, so that it holds up nobody for longer than one attempt takes.
    ``now`` is the moment at which all of it happens.
    """
    tired: set[int] = set()
    tried = 0
    for delivery in _due(event, now or timezone.now()):
        if delivery.webhook_id in tired or not _take(delivery, now or timezone.now()):
            continue
        tried += 1
        outcome = _attempt(delivery, now or timezone.now())
        _settle(delivery, outcome, now or timezone.now())
        if outcome.failure and not outcome.skipped:
            tired.add(delivery.webhook_id)
    return tried


def _due(event: UUID | None, now: datetime) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(state__in=OPEN, next_at__lte=now)
    if event is not None:
        rows = rows.filter(event=event, webhook__failing_since=None)
    # Those that fail come last, whatever has piled up for them.
    order = F("webhook__failing_since").asc(nulls_first=True)
    return rows.select_related("webhook__client").order_by(order, "next_at")[:MOST_AT_ONCE]


def _take(delivery: Delivery, now: datetime) -> bool:
    """Make the row ours until the lease ends; or settle it for a sender that died with it. False where another has it."""
    mine = Delivery.objects.filter(pk=delivery.pk, state=delivery.state, next_at=delivery.next_at)
    if delivery.state == DeliveryState.SENDING:
        _settle(delivery, Outcome(failure=Failure.DIED), now)
        return False
    if delivery.subject:
        # What it was told before is still on its way, and must not arrive after this.
        mine = mine.filter(~Exists(_same(delivery).filter(state=DeliveryState.SENDING)))
    lease = now + LEASE
    if not mine.update(state=DeliveryState.SENDING, next_at=lease, attempts=F("attempts") + 1, tried_at=now):
        return False
    delivery.state, delivery.next_at, delivery.attempts = DeliveryState.SENDING, lease, delivery.attempts + 1
    return True


def _attempt(delivery: Delivery, now: datetime) -> Outcome:
    webhook, client = delivery.webhook, delivery.webhook.client
    if webhook.ended_at or client.has_ended(now):
        return Outcome(failure=Failure.ENDED)
    if not may_be_sent(delivery.kind, site_id=delivery.site_id):
        return Outcome(failure=Failure.OFF)
    if delivery.subject and _same(delivery).filter(turn__gt=delivery.turn).exists():
        return Outcome(failure=Failure.NEWER)
    body, headers = written(delivery, now=now)
    began = time.perf_counter()
    try:
        status = send(read_target(webhook.url), body, headers)
    except InvalidInput:
        # It was allowed when it was registered; the settings have changed since.
        return Outcome(failure=Failure.ADDRESS)
    except Unsent as unsent:
        return Outcome(unsent.status, unsent.failure, _since(began))
    return Outcome(status, None, _since(began))


def _same(delivery: Delivery) -> QuerySet[Delivery]:
    """What else its webhook is told of the same subject."""
    told = Delivery.objects.filter(subject=delivery.subject, webhook=delivery.webhook_id)
    return told.exclude(pk=delivery.pk).order_by()


@transaction.atomic
def _settle(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    state, next_at = _next(delivery, outcome, now)
    told = {"status": outcome.status, "failure": outcome.failure or "", "duration_ms": outcome.duration_ms}
    mine = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENDING, next_at=delivery.next_at)
    if not mine.update(state=state, next_at=next_at, **told):
        return
    webhook = Webhook.objects.filter(pk=delivery.webhook_id)
    if state == DeliveryState.DELIVERED:
        webhook.update(delivered_at=now, failing_since=None)
    elif state != DeliveryState.SKIPPED and outcome.failure != Failure.DIED:
        webhook.filter(failing_since=None).update(failing_since=now)
    if state == DeliveryState.GIVEN_UP or (state == DeliveryState.SKIPPED and outcome.failure != Failure.NEWER):
        tell_lost(delivery, given_up=state == DeliveryState.GIVEN_UP)


def _next(delivery: Delivery, outcome: Outcome, now: datetime) -> tuple[DeliveryState, datetime | None]:
    if outcome.failure is None:
        return DeliveryState.DELIVERED, None
    if outcome.skipped:
        return DeliveryState.SKIPPED, None
    if delivery.attempts > len(WAITS):
        return DeliveryState.GIVEN_UP, None
    wait = WAITS[delivery.attempts - 1] * (1 + random.uniform(0, _SPREAD))
    state = DeliveryState.WAITING if outcome.failure == Failure.DIED else DeliveryState.FAILED
    return state, now + wait


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
