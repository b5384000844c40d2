"""The state of a webhook and of a delivery in one word, for whoever must do something about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from civicnet.console.client_state import State
from civicnet.delivery.models import Delivery, DeliveryState, Webhook

# Shorter than that, the other side may just be starting anew.
LONG = timedelta(hours=1)
_LOOKS = {
    DeliveryState.WAITING: ("valid", "time"),
    DeliveryState.SENDING: ("valid", "rotate"),
    DeliveryState.DELIVERED: ("valid", "check"),
    DeliveryState.FAILED: ("soon", "warning"),
    DeliveryState.GIVEN_UP: ("soon", "cross"),
    DeliveryState.SKIPPED: ("ended", "minus"),
}


def webhook_state(webhook: Webhook, *, now: datetime | None = None) -> State:
    """Ended, resting with its client, failing, or well."""
    moment, client = now or timezone.now(), webhook.client
    if webhook.ended_at:
        return State("ended", "cross", pgettext("webhook", "ended"))
    if client.has_ended(moment):
        return State("ended", "history", _("rests: its client has ended"))
    if webhook.failing_since and webhook.failing_since <= moment - LONG:
        since = timezone.localtime(webhook.failing_since).strftime("%Y-%m-%d %H:%M")
        return State("soon", "warning", _("nothing arrives since %(since)s") % {"since": since})
    if webhook.failing_since:
        return State("soon", "warning", _("the last attempt failed"))
    if webhook.delivered_at:
        return State("valid", "check", pgettext("webhook", "arrives"))
    return State("valid", "time", _("nothing was sent yet"))


def delivery_state(delivery: Delivery) -> State:
    """As the log tells it."""
    kind, icon = _LOOKS[DeliveryState(delivery.state)]
    return State(kind, icon, delivery.get_state_display())
