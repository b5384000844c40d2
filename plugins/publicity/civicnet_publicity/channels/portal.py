"""Portals: an API client is told by its webhooks, reads the article over GraphQL, and confirms what stands with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy

from civicnet.contract import InvalidInput
from civicnet.delivery.posting import post_to
from civicnet.gateway.ids import to_global_id
from civicnet_publicity.channels.kinds import Field, Kind
from civicnet_publicity.hookspecs import Parcel

# The event that a webhook of the client has to ask for.
EVENT = "publicity.article"
# What the id of a channel is made of.
CHANNEL = "PublicityChannel"
NO_WEBHOOK = "NO_WEBHOOK"
NO_WEBHOOK_SENTENCE = gettext_lazy(
    "The portal has no webhook for this. Add one on the page of its API client, and send again."
)
_EVENTS = UUID("6f9a1c52-8f43-4d0b-9d5e-5a3a0b1f7c11")

KIND = Kind(
    key="publicity.portal",
    label=gettext_lazy("Portal that mirrors over GraphQL"),
    fields=(
        Field(
            "client",
            gettext_lazy("API client"),
            "client",
            gettext_lazy(
                "The portal. It needs the scopes publicity.read and publicity.confirm, and a webhook for “an article comes to "
                "the portal, or goes”."
            ),
            is_place=True,
        ),
    ),
    confirms=True,
)


def deliver(parcel: Parcel) -> str:
    """Tell the portal to read the article; returns the number of the event that its webhooks are told of."""
    return _tell(parcel, "PUBLISH")


def withdraw(parcel: Parcel) -> str:
    """Tell the portal to take the article down; returns the number of the event."""
    return _tell(parcel, "WITHDRAW")


def subject_of(channel: int, article_id: str) -> str:
    """About what messages on an article in a channel are, in the outbox of webhooks."""
    return f"{EVENT}:{channel}:{article_id}"[:100]


def _tell(parcel: Parcel, act: str) -> str:
    # The number of the event is made of what is told, so that a second attempt is the same event.
    event = uuid5(_EVENTS, f"{parcel.channel}:{parcel.article_id}:{parcel.edition}")
    payload: dict[str, Any] = {
        "article": parcel.article_id,
        "act": act,
        "edition": parcel.edition,
        "url": parcel.article_url,
        "channel": to_global_id(CHANNEL, parcel.channel),
    }
    # From here the outbox of webhooks goes on trying; how it fares is told beside the article.
    order: dict[str, Any] = {"subject": subject_of(parcel.channel, parcel.article_id), "turn": parcel.edition}
    if not post_to(int(parcel.settings["client"]), kind=EVENT, payload=payload, event=event, **order):
        raise InvalidInput(NO_WEBHOOK_SENTENCE, code=NO_WEBHOOK)
    return str(event)
