"""Acts by hand on an article in a channel: taking it out, letting it in again, and noting that somebody took it down there."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.contract import Actor, NotFound, require
from civicnet.delivery.posting import drop_waiting
from civicnet.gateway.ids import to_global_id
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record
from civicnet_publicity.channels.portal import subject_of
from civicnet_publicity.errors import NotThere
from civicnet_publicity.models import ArticlePage, ChannelDelivery, ChannelState, ChannelWish
from civicnet_publicity.permissions import can_place
from civicnet_publicity.selectors.channels import visible_deliveries
from civicnet_publicity.services.following import follow_channels, send_soon, wish_gone
from civicnet_publicity.services.reasons import require_reason

LONGEST_REASON = 200


@transaction.atomic
def keep_out(*, delivery: int, actor: Actor, reason: str) -> ChannelDelivery:
    """Take an article out of one channel; it stays out, whatever is published of it, until ``let_in``.

    Raises:
        NotFound: the actor sees no such delivery.
        Refused: the actor may not place articles.
        InvalidInput: no reason was given, or one too long.
        NotThere: it is out already.
    """
    row = locked_delivery(delivery, actor)
    require(can_place(actor))
    require_reason(reason, most=LONGEST_REASON)
    if row.wish == ChannelWish.WITHDRAW:
        raise NotThere()
    row.kept_out = reason.strip()
    wish_gone(row)
    row.save()
    record(
        actor=actor, action="publicity.keep_out", subject=row, after={"title": row.title}, reason=reason,
        operation=Operation.DELETE,
    )  # fmt: skip
    send_soon([row.pk])
    return row


@transaction.atomic
def let_in(*, delivery: int, actor: Actor) -> ChannelDelivery:
    """Let an article that was taken out by hand go to the channel again, as it is published.

    Raises:
        NotFound: the actor sees no such delivery.
        Refused: the actor may not place articles.
        NotThere: nobody took it out by hand.
    """
    row = locked_delivery(delivery, actor)
    require(can_place(actor))
    if not row.kept_out:
        raise NotThere()
    row.kept_out = ""
    row.save(update_fields=["kept_out"])
    record(actor=actor, action="publicity.let_in", subject=row, after={"title": row.title})
    if article := ArticlePage.objects.filter(pk=row.article).first():
        follow_channels(article=article)
    row.refresh_from_db()
    return row


@transaction.atomic
def note_gone(*, delivery: int, actor: Actor, reason: str) -> ChannelDelivery:
    """Note that somebody took an article down in a channel that cannot be told to; nothing is sent any more.

    Raises:
        NotFound: the actor sees no such delivery.
        Refused: the actor may not place articles.
        InvalidInput: no reason was given, or one too long.
        NotThere: it is not to be gone there, is gone already, or is being withdrawn at this moment.
    """
    row = locked_delivery(delivery, actor)
    require(can_place(actor))
    require_reason(reason, most=LONGEST_REASON)
    if row.wish != ChannelWish.WITHDRAW or row.state in (ChannelState.ARRIVED, ChannelState.SENDING):
        raise NotThere(_("It is withdrawn, or being withdrawn at this moment. Reload the page."))
    row.state, row.next_at, row.arrived_at = ChannelState.ARRIVED, None, timezone.now()
    # What the other side called it is gone with it.
    row.there, row.remote, row.unsure, row.error, row.error_code = None, "", False, "", ""
    row.save()
    # Nor what waits for a portal since it was to stand there.
    drop_waiting(subject_of(row.channel_id, to_global_id(ArticlePage.node_type, row.article)))
    record(actor=actor, action="publicity.note_gone", subject=row, after={"title": row.title}, reason=reason)
    return row


def locked_delivery(pk: int, actor: Actor) -> ChannelDelivery:
    """A delivery that the actor sees, held until the transaction ends.

    Raises:
        NotFound: the actor sees none with this number.
    """
    # Asked first, for PostgreSQL does not lock what is joined from outside.
    if not visible_deliveries(actor).filter(pk=pk).exists():
        raise NotFound()
    row: ChannelDelivery = ChannelDelivery.objects.select_for_update().get(pk=pk)
    return row
