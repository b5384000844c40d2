"""What portals say of views: sums by day of articles that stand, or stood, in their channel."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.contract import Actor, InvalidInput, NotFound, require
from civicnet_publicity.models import ChannelDelivery, ChannelViews
from civicnet_publicity.permissions import can_confirm
from civicnet_publicity.selectors.channels import client_channels

# A portal that was down for a month may still tell its sums.
DAYS_BACK = 31
# So that the sum of a year is still a whole number of GraphQL.
MOST = 5_000_000


@transaction.atomic
def report_views(*, actor: Actor, article: int, day: date, views: int, channel: int | None = None) -> int:
    """Note, as the portal of a channel, how often an article was read there on a day; returns the sum that counts now.

    The last sum counts: saying it again changes nothing, saying another corrects it. A portal with several channels names
    the one that it means; unnamed, it is the first that got the article.

    Raises:
        Refused: the actor is no portal that confirms.
        InvalidInput: the day is to come or long past, or the sum is none.
        NotFound: the article was never sent to a channel of this client, or not to the one that is named.
    """
    require(can_confirm(actor))
    today = timezone.localdate()
    if not today - timedelta(days=DAYS_BACK) <= day <= today:
        raise InvalidInput(
            _("Tell the views of today or of the last %(most)d days.") % {"most": DAYS_BACK}, field="day"
        )
    if not 0 <= views <= MOST:
        raise InvalidInput(_("Views are a whole number from 0 to %(most)d.") % {"most": MOST}, field="views")
    mine = client_channels(actor.id) if actor.kind == "client" else []
    if channel is not None:
        mine = [channel] if channel in mine else []
    # What only waits, as in a channel that is off, has not come there.
    rows = ChannelDelivery.objects.filter(article=article, channel__in=mine, tried_at__isnull=False)
    sent = rows.order_by("pk").first()
    if sent is None:
        raise NotFound(field="article")
    ChannelViews.objects.update_or_create(
        article=article, channel_id=sent.channel_id, day=day, defaults={"views": views}
    )
    return views
