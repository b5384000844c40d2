"""How deliveries are told to people: where each stands, since when, and what it waits for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from civicnet.delivery.models import DeliveryState, Failure
from civicnet.delivery.selectors import told_of
from civicnet_publicity.channels.portal import KIND as PORTAL
from civicnet_publicity.channels.portal import NO_WEBHOOK, NO_WEBHOOK_SENTENCE
from civicnet_publicity.channels.wechat_api import sentence_of
from civicnet_publicity.errors import MessageLost, NotReadable, SenderDied, WebhookGaveUp
from civicnet_publicity.models import ChannelDelivery, ChannelState, ChannelWish
from civicnet_publicity.selectors.channels import known_kinds

# The worker has kept these in its own language; they are said in the reader's.
_KNOWN = {one.code: one.message for one in (SenderDied, NotReadable, MessageLost, WebhookGaveUp)}
_KNOWN[NO_WEBHOOK] = NO_WEBHOOK_SENTENCE
_TONES = {ChannelState.ARRIVED: "primary", ChannelState.STUCK: "critical", ChannelState.FAILED: "warning"}


def lines(rows: Iterable[ChannelDelivery]) -> list[dict[str, Any]]:
    """The sentence for the state of each, its tone, and what may be done with it. One statement for all."""
    found = list(rows)
    portals = [row for row in found if row.channel.kind == PORTAL.key and row.state == ChannelState.SENT and row.remote]
    messages = told_of([UUID(row.remote) for row in portals]) if portals else {}
    taken = {row.pk: messages.get(UUID(row.remote)) for row in portals}
    kinds = known_kinds() if found else {}
    return [_line(row, taken.get(row.pk), is_served=row.channel.kind in kinds) for row in found]


def _line(row: ChannelDelivery, message: Any, *, is_served: bool) -> dict[str, Any]:
    state = ChannelState(row.state)
    stands = row.wish == ChannelWish.WITHDRAW and state != ChannelState.ARRIVED
    is_shut_in = stands and not is_served
    # What has not been tried says nothing of an error yet.
    error = _error(row) if state in (ChannelState.FAILED, ChannelState.STUCK) else _of_webhook(message)
    return {
        "delivery": row,
        "state": _sentence(row, state, message, is_shut_in=is_shut_in),
        "tone": _tone(state, error, is_shut_in=is_shut_in),
        "older": _older(row),
        "error": error,
        "by_hand": _by_hand(is_shut_in=is_shut_in) if stands and (is_shut_in or state == ChannelState.STUCK) else "",
        "can_retry": state in (ChannelState.FAILED, ChannelState.STUCK, ChannelState.SENT),
        "can_keep_out": row.wish == ChannelWish.PUBLISH,
        "can_let_in": bool(row.kept_out),
    }


def _tone(state: ChannelState, error: str, *, is_shut_in: bool) -> str:
    if is_shut_in:
        return "critical"
    return "warning" if state == ChannelState.SENT and error else _TONES.get(state, "")


def _by_hand(*, is_shut_in: bool) -> str:
    """What to do about what was withdrawn here and cannot be withdrawn there."""
    if is_shut_in:
        return _("Take it down there by hand, and have the plugin of this channel switched on: it is withdrawn then.")
    return _("Take it down there by hand if that is quicker. Once what is wrong is set right, send again.")


def _sentence(row: ChannelDelivery, state: ChannelState, message: Any, *, is_shut_in: bool) -> str:
    published = row.wish == ChannelWish.PUBLISH
    if is_shut_in:
        return _("still stands there: nobody serves this channel now")
    if published and not row.channel.is_on and state in (ChannelState.WAITING, ChannelState.FAILED):
        return _("waits until the channel is on again")
    if state == ChannelState.ARRIVED:
        return _("stands there") if published else _("withdrawn")
    if state == ChannelState.STUCK:
        return _("has not arrived: somebody has to look") if published else _("not withdrawn: somebody has to look")
    if state == ChannelState.FAILED:
        return _("has not arrived yet, is tried again") if published else _("not withdrawn yet, is tried again")
    if state == ChannelState.SENT and (message is None or message.state == DeliveryState.DELIVERED):
        return _("delivered, not confirmed yet") if published else _("withdrawal delivered, not confirmed yet")
    return _("on its way there") if published else _("is being withdrawn")


def _error(row: ChannelDelivery) -> str:
    known = _KNOWN.get(row.error_code)
    return str(known) if known else sentence_of(row.error_code) or row.error


def _of_webhook(message: Any) -> str:
    """Why a portal's webhook has not taken the message."""
    if message is None or not message.failure or message.state == DeliveryState.DELIVERED:
        return ""
    said = _("The portal's webhook has not taken it: %(failure)s")
    return said % {"failure": Failure(message.failure).label}


def _older(row: ChannelDelivery) -> str:
    """What stands there meanwhile."""
    if row.there is None or row.state == ChannelState.ARRIVED or row.there == row.edition:
        return ""
    return _("An older version still stands there.") if row.wish == ChannelWish.PUBLISH else _("It still stands there.")
