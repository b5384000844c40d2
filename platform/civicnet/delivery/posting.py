"""Posting: what happened goes into the outbox in the transaction in which it happened, and nowhere before it commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from civicnet.delivery import kinds
from civicnet.delivery.models import Delivery, DeliveryState, Failure, Webhook
from civicnet.delivery.selectors import active_webhooks
from civicnet.delivery.tasks import send_event

_UNTAKEN = (DeliveryState.WAITING, DeliveryState.FAILED)


@transaction.atomic
def post(*, kind: str, payload: Mapping[str, Any], site_id: int | None = None) -> UUID:
    """Put an event into the outbox of every webhook that asked for its kind, at its site; returns the event's number.

    ``payload`` holds plain values, and nothing that the clients might not read. It is sent once the transaction has
    committed, at least once and in no promised order.

    Raises:
        LookupError: nobody offers this kind.
    """
    _require_offered(kind)
    event, now = uuid4(), timezone.now()
    made = [
        Delivery(webhook=one, event=event, kind=kind, site_id=site_id, payload=payload, created_at=now, next_at=now)
        for one in active_webhooks()
        if kind in one.kinds and one.takes(site_id=site_id)
    ]
    _put(made, event)
    return event


@transaction.atomic
def post_to(
    client_id: int, *, kind: str, payload: Mapping[str, Any], event: UUID, subject: str, turn: int
) -> list[Delivery]:
    """Tell one client of an event whose number the caller has chosen; returns how its deliveries stand, one to a webhook.

    Saying it again under the same number posts nothing twice. Empty: no webhook of the client takes this kind. What waits of
    the same ``subject`` with a lower ``turn`` is not sent any more, and what of it is under way comes to its end first.

    Raises:
        LookupError: nobody offers this kind.
    """
    _require_offered(kind)
    now, webhooks = timezone.now(), [one for one in active_webhooks().filter(client=client_id) if kind in one.kinds]
    known = {one.webhook_id: one for one in Delivery.objects.filter(event=event, webhook__in=webhooks)}
    given: dict[str, Any] = {"kind": kind, "payload": payload, "subject": subject, "turn": turn}
    made = [
        Delivery(webhook=one, event=event, created_at=now, next_at=now, **given)
        for one in webhooks
        if one.pk not in known
    ]
    if made:
        _pass_over(Delivery.objects.filter(subject=subject, turn__lt=turn, webhook__in=webhooks))
    _put(made, event)
    return [*known.values(), *made]


def drop_waiting(subject: str) -> int:
    """Let what waits of a subject be sent no more: it was settled in another way; returns how many messages that were."""
    return _pass_over(Delivery.objects.filter(subject=subject)) if subject else 0


@transaction.atomic
def post_once(
    *,
    kind: str,
    payload: Callable[[Webhook], Mapping[str, Any] | None],
    joined: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]],
    site_id: int | None = None,
) -> int:
    """Have webhooks told that there is news, where a message says no more than that; returns how many messages are new.

    ``payload`` is made for each webhook, None where there is nothing for it. What has not been tried yet takes it in
    (``joined``), and a webhook that fails is told when it is reached again: so a busy day does not bury anybody. Whatever waits
    is sent after this transaction, not before.

    Raises:
        LookupError: nobody offers this kind.
    """
    _require_offered(kind)
    event, now = uuid4(), timezone.now()
    made = []
    for webhook in active_webhooks():
        if kind not in webhook.kinds or not webhook.takes(site_id=site_id):
            continue
        told = payload(webhook)
        if told is not None and not _waits(webhook, kind, site_id, told, joined):
            given: dict[str, Any] = {"kind": kind, "site_id": site_id, "payload": told}
            made.append(Delivery(webhook=webhook, event=event, created_at=now, next_at=now, **given))
    _put(made, event)
    return len(made)


@transaction.atomic
def post_together(
    *,
    kind: str,
    payload: Mapping[str, Any],
    joined: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]],
) -> None:
    """Have every webhook that asked for this kind told, in one message with what it has not taken yet.

    Where nothing may be lost and order does not matter. What waits gives way to a new delivery that carries all of it
    (``joined``) and goes on where the old one stood: a receiver that is down is tried no more often for it.

    Raises:
        LookupError: nobody offers this kind.
    """
    _require_offered(kind)
    event, now = uuid4(), timezone.now()
    made = []
    for webhook in active_webhooks():
        if kind in webhook.kinds:
            made.append(_with_what_waits(webhook, kind, payload, joined))
            made[-1].event, made[-1].created_at = event, now
    _put(made, event)


def _require_offered(kind: str) -> None:
    if not kinds.known(kind):
        raise LookupError(f"offer the kind {kind!r} before posting it")


def _pass_over(messages: QuerySet[Delivery]) -> int:
    passed = {"state": DeliveryState.SKIPPED, "next_at": None, "failure": Failure.NEWER}
    return messages.filter(state__in=_UNTAKEN).update(**passed)


def _put(made: Sequence[Delivery], event: UUID) -> None:
    Delivery.objects.bulk_create(made)
    if made:
        # Should this fail, the schedule sends it a little later.
        transaction.on_commit(lambda: send_event.enqueue(event=str(event)), robust=True)


def wanted(*kinds_: str) -> bool:
    """Whether any webhook asked for one of these kinds. One statement."""
    return any(not set(kinds_).isdisjoint(asked) for asked in active_webhooks().values_list("kinds", flat=True))


def _with_what_waits(
    webhook: Webhook,
    kind: str,
    payload: Mapping[str, Any],
    joined: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]],
) -> Delivery:
    open_ones = webhook.deliveries.select_for_update().filter(kind=kind, state__in=_UNTAKEN)
    found = list(open_ones.order_by("-attempts", "created_at"))
    # A sender that has read one of them finds it gone, and leaves the new one to the next.
    Delivery.objects.filter(pk__in=[one.pk for one in found]).delete()
    for one in found:
        payload = joined(one.payload, payload)
    if not found:
        return Delivery(webhook=webhook, kind=kind, payload=payload, next_at=timezone.now())
    first = found[0]
    first.pk, first.payload = uuid4(), payload
    return first


def _waits(
    webhook: Webhook,
    kind: str,
    site_id: int | None,
    told: Mapping[str, Any],
    joined: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]],
) -> bool:
    # Held until we commit: a sender that takes one of them now sends it after what we tell of can be read.
    open_ones = webhook.deliveries.select_for_update().filter(kind=kind, site_id=site_id, state__in=_UNTAKEN)
    found = list(open_ones.order_by("attempts", "created_at"))
    if found and found[0].attempts == 0:
        Delivery.objects.filter(pk=found[0].pk).update(payload=joined(found[0].payload, told))
    return bool(found)
