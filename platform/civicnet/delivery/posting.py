"""Posting: what happened goes into the outbox in the transaction in which it happened, and nowhere before it commits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from civicnet.delivery import kinds
from civicnet.delivery.models import Delivery
from civicnet.delivery.selectors import active_webhooks
from civicnet.delivery.tasks import send_event


@transaction.atomic
def post(*, kind: str, payload: Mapping[str, Any], site_id: int | None = None) -> UUID:
    """Put an event into the outbox of every webhook that asked for its kind, at its site; returns the event's number.

    ``payload`` holds plain values, and nothing that the clients might not read. It is sent once the transaction has
    committed, at least once and in no promised order.

    Raises:
        LookupError: nobody offers this kind.
    """
    if not kinds.known(kind):
        raise LookupError(f"offer the kind {kind!r} before posting it")
    event, now = uuid4(), timezone.now()
    made = [
        Delivery(webhook=one, event=event, kind=kind, site_id=site_id, payload=payload, created_at=now, next_at=now)
        for one in active_webhooks()
        if kind in one.kinds and one.takes(site_id=site_id)
    ]
    Delivery.objects.bulk_create(made)
    if made:
        # Should this fail, the schedule sends it a little later.
        transaction.on_commit(partial(send_event.enqueue, event=str(event)), robust=True)
    return event
