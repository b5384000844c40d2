"""Webhooks and deliveries as far as somebody may see them: those of the API clients that they look after."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from civicnet.access.clients import visible_clients
from civicnet.contract import Actor
from civicnet.delivery.models import Delivery, DeliveryState, Webhook

_FURTHEST = (
    DeliveryState.SKIPPED,
    DeliveryState.GIVEN_UP,
    DeliveryState.FAILED,
    DeliveryState.WAITING,
    DeliveryState.SENDING,
    DeliveryState.DELIVERED,
)


def visible_webhooks(actor: Actor) -> QuerySet[Webhook]:
    """The webhooks of clients that the actor looks after, without their secrets."""
    rows = Webhook.objects.filter(client__in=visible_clients(actor))
    return rows.select_related("client__organisation").defer("secret", "header_value")


def visible_deliveries(actor: Actor) -> QuerySet[Delivery]:
    """What is in the outbox for these webhooks, and what has left it; the newest first."""
    rows = Delivery.objects.filter(webhook__client__in=visible_clients(actor))
    return rows.select_related("webhook__client__organisation").defer("webhook__secret", "webhook__header_value")


def active_webhooks() -> QuerySet[Webhook]:
    """All that have not ended, of clients that have not: what the system itself goes by."""
    valid = Q(client__expires_at__isnull=True) | Q(client__expires_at__gt=timezone.now())
    rows = Webhook.objects.filter(valid, ended_at=None, client__revoked_at=None)
    return rows.select_related("client").defer("secret", "header_value")


def told_of(events: Collection[UUID]) -> dict[UUID, Delivery]:
    """How it stands with events, for whoever may know of them: to each the delivery that has come furthest, without content."""
    rows = Delivery.objects.filter(event__in=events).defer("payload")
    # One that was delivered says more than another that waits, and that more than one that is given up.
    return {row.event: row for row in sorted(rows, key=lambda row: _FURTHEST.index(DeliveryState(row.state)))}
