"""Messages to portals that will not arrive: what they told of is told anew, or lies on somebody's desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from civicnet.gateway.ids import from_global_id
from civicnet_publicity.errors import MessageLost, WebhookGaveUp
from civicnet_publicity.models import ChannelDelivery, ChannelState, ChannelWish

# The webhook has just been tried in vain.
AGAIN = timedelta(minutes=1)


@transaction.atomic
def note_lost(payload: Mapping[str, Any], given_up: bool) -> None:
    """Note that a portal's webhooks have not taken a message, and will not, unless something newer is wished by now.

    What was given up after a day is for a person, except a withdrawal, which is told for as long as it takes. What was not
    even tried is told anew: it finds another webhook, or says that there is none.
    """
    if "channel" not in payload:
        # Posted before messages named it.
        return
    article, channel = (from_global_id(payload[name])[1] for name in ("article", "channel"))
    row = (
        ChannelDelivery.objects.select_for_update()
        .filter(article=article, channel=channel, edition=payload["edition"])
        .filter(state__in=(ChannelState.SENT, ChannelState.SENDING), confirmed__lt=payload["edition"])
        .first()
    )
    if row is None:
        return
    error = WebhookGaveUp() if given_up and row.wish == ChannelWish.PUBLISH else MessageLost()
    if row.state == ChannelState.SENDING:
        # Whoever is sending it finds another edition, and lets it be sent again.
        row.edition += 1
    elif isinstance(error, WebhookGaveUp):
        row.state = ChannelState.STUCK
    else:
        # Another edition: the portal's outbox keeps the old one.
        row.edition, row.state, row.next_at = row.edition + 1, ChannelState.FAILED, timezone.now() + AGAIN
    row.error, row.error_code = str(error), error.code
    row.save()
