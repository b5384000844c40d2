"""Acts on webhooks. Whoever changes a client also says where it is told of what happens."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.client_rules import checked_sites
from civicnet.access.clients import locked_client
from civicnet.access.models import ApiClient
from civicnet.contract import Actor, Conflict, InvalidInput
from civicnet.delivery.kinds import offered
from civicnet.delivery.models import Delivery, DeliveryState, Form, Webhook
from civicnet.delivery.shapes import PLAIN, Shape
from civicnet.delivery.signing import new_secret
from civicnet.delivery.targets import read_target
from civicnet.ledger.services import record

REPLAYED = (DeliveryState.FAILED, DeliveryState.GIVEN_UP, DeliveryState.DELIVERED, DeliveryState.SKIPPED)


@transaction.atomic
def register_webhook(
    *,
    client: ApiClient,
    url: str,
    kinds: Collection[str],
    actor: Actor,
    sites: Collection[int] = (),
    shape: Shape = PLAIN,
    reason: str = "",
) -> tuple[Webhook, str]:
    """Have a client told of events at an address; returns the webhook with its signing secret, to be shown this once.

    ``shape`` is how a message is written, where the receiver does not take ours.

    Raises:
        NotFound, Refused: the actor sees no such client, or does not change it.
        Conflict: the client was revoked.
        InvalidInput: the address may not be called, or a kind, site, form or header cannot be chosen.
    """
    locked = locked_client(client, actor=actor)
    secret = new_secret()
    webhook = Webhook(client=locked, secret=secret)
    _choose(webhook, url, kinds, sites)
    shape.put_on(webhook)
    webhook.save()
    record(actor=actor, action="delivery.register_webhook", subject=webhook, after=_told(webhook), reason=reason)
    return webhook, secret


@transaction.atomic
def change_webhook(
    *,
    webhook: Webhook,
    url: str,
    kinds: Collection[str],
    sites: Collection[int],
    actor: Actor,
    reason: str,
    shape: Shape | None = None,
) -> Webhook:
    """Let a webhook lead elsewhere or tell of other events; the secret stays, and what waits goes to the new address.

    ``shape``: None leaves how a message is written. The receiver's own secret is given anew when another receiver is named.

    Raises:
        NotFound, Refused, InvalidInput: as for a new one.
        Conflict: the webhook has ended, or its client was revoked.
    """
    locked = _locked(webhook, actor)
    before, receiver = _told(locked), _receiver(locked)
    _choose(locked, url, kinds, sites)
    if _receiver(locked) != receiver:
        # Whoever cannot read it does not have it sent to themselves either.
        locked.header_value = ""
    (shape or Shape(locked.form, locked.header_name)).put_on(locked)
    locked.save(update_fields=["url", "kinds", "sites", "form", "header_name", "header_value"])
    record(
        actor=actor,
        action="delivery.change_webhook",
        subject=locked,
        before=before,
        after=_told(locked),
        reason=reason,
    )
    return locked


@transaction.atomic
def end_webhook(*, webhook: Webhook, actor: Actor, reason: str) -> Webhook:
    """End a webhook for good: what waits is not sent any more. The row and its log stay.

    Raises:
        NotFound, Refused: the actor sees no such client, or does not change it.
        Conflict: the webhook has ended already, or its client was revoked.
    """
    locked = _locked(webhook, actor)
    locked.ended_at, locked.end_reason = timezone.now(), reason
    locked.save(update_fields=["ended_at", "end_reason"])
    record(actor=actor, action="delivery.end_webhook", subject=locked, reason=reason)
    return locked


@transaction.atomic
def replay_delivery(*, delivery: Delivery, actor: Actor) -> Delivery:
    """Send a delivery again from the beginning, under the same number, soon.

    Raises:
        NotFound, Refused: the actor sees no such client, or does not change it.
        Conflict: it waits or is being sent, or the webhook has ended, or its client was revoked.
    """
    _locked(delivery.webhook, actor)
    values: dict[str, Any] = {"state": DeliveryState.WAITING, "attempts": 0, "next_at": timezone.now()}
    if not Delivery.objects.filter(pk=delivery.pk, state__in=REPLAYED).update(**values):
        raise Conflict(_("It is on its way already. Look again in a minute."))
    delivery.refresh_from_db()
    record(actor=actor, action="delivery.replay", subject=delivery, after={"webhook": delivery.webhook.url})
    return delivery


def _locked(webhook: Webhook, actor: Actor) -> Webhook:
    client = locked_client(webhook.client, actor=actor)
    # Nobody changes a webhook but through its client, which is held.
    found = client.webhooks.get(pk=webhook.pk)
    if found.ended_at:
        raise Conflict(_("This webhook has ended. Add a new one if it is needed again."))
    return found


def _receiver(webhook: Webhook) -> tuple[str, str]:
    # Also of an address that may not be called any more.
    parts = urlsplit(webhook.url)
    return parts.scheme, parts.netloc.lower()


def _choose(webhook: Webhook, url: str, kinds: Collection[str], sites: Collection[int]) -> None:
    target = read_target(url)
    # One that it has already may be of a plugin that is off for now.
    unknown = set(kinds) - offered().keys() - set(webhook.kinds)
    if unknown or not kinds:
        raise InvalidInput(_("Choose what it is told of, from the list."), field="kinds")
    chosen = checked_sites(sites)
    if webhook.client.sites and set(chosen) - set(webhook.client.sites):
        raise InvalidInput(_("The client is not admitted at one of these sites."), field="sites")
    webhook.url, webhook.kinds, webhook.sites = target.url, sorted(set(kinds)), chosen


def _told(webhook: Webhook) -> dict[str, Any]:
    return {
        "client": webhook.client.name,
        "url": webhook.url,
        "kinds": webhook.kinds,
        "sites": webhook.sites,
        # The secret of the receiver is in no record.
        **({"form": webhook.form, "header": webhook.header_name} if webhook.form != Form.MESSAGE else {}),
    }
