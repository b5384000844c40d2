"""Following: what is published, corrected or taken down is wished of every channel, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from civicnet.gateway.content.addresses import absolute
from civicnet_publicity.models import (
    ArticlePage,
    Channel,
    ChannelDelivery,
    ChannelState,
    ChannelWish,
)
from civicnet_publicity.selectors.channels import is_readable, out_of_step, wished_channels
from civicnet_publicity.selectors.public import below

# So many are looked at in one go of the schedule; the rest in the next.
MOST_AT_ONCE = 1000


@transaction.atomic
def follow_channels(*, article: ArticlePage, gone: bool = False) -> None:
    """Wish of every channel what is true of an article now; saying it again changes nothing.

    ``gone``: it is about to be deleted, and still looks as if it were there. What somebody took out by hand stays out.
    """
    wished = [] if gone or not is_readable(article.pk) else wished_channels(article)
    rows = {row.channel_id: row for row in _locked(article.pk)}
    for channel in Channel.objects.filter(pk__in=set(wished) - rows.keys()):
        rows[channel.pk] = ChannelDelivery(article=article.pk, channel=channel, edition=0)
    changed = []
    for number, row in rows.items():
        wish = ChannelWish.PUBLISH if number in wished and not row.kept_out else ChannelWish.WITHDRAW
        if _wish(row, article, wish):
            changed.append(row.pk)
    send_soon(changed)


def follow_move(*, page: Page) -> None:
    """Wish anew what concerns a page that was moved: an article at once, what hangs below a column soon."""
    article = ArticlePage.objects.filter(pk=page.pk, live=True).first()
    if article is not None:
        follow_channels(article=article)
    else:
        look_below_soon(page=page)


def look_below_soon(*, page: Page) -> None:
    """Wish anew what concerns the articles below a page, not while somebody waits: there may be thousands.

    Should the task be lost, ``keep_in_step`` finds what has to be withdrawn.
    """
    # The task stands above the services that it calls.
    from civicnet_publicity.tasks import look_below

    path = page.path
    transaction.on_commit(lambda: look_below.enqueue(path=path), robust=True)


def follow_below(*, path: str) -> None:
    """Wish anew what concerns an article or those below a page, after it was moved or restricted or opened again."""
    known = ChannelDelivery.objects.order_by().values("article")
    for article in ArticlePage.objects.filter(Q(path=path) | below(path, levels=3), pk__in=known).iterator(
        chunk_size=200
    ):
        follow_channels(article=article)


def keep_in_step() -> int:
    """Find what was changed past the editor, or by a process that was killed in between; returns how many were set right."""
    rows = list(out_of_step().order_by("pk")[:MOST_AT_ONCE])
    articles = ArticlePage.objects.in_bulk({row.article for row in rows})
    for row in rows:
        # Of a deleted one the number alone is left.
        found = articles.get(row.article)
        follow_channels(article=found or ArticlePage(pk=row.article, title=row.title), gone=found is None)
    return len(rows)


@transaction.atomic
def send_anew(*, article: int) -> None:
    """Have an article brought again to wherever it is to stand, after it was changed without a new version."""
    rows = [row for row in _locked(article) if row.wish == ChannelWish.PUBLISH]
    for row in rows:
        row.edition, row.wished_at = row.edition + 1, timezone.now()
        renew(row)
        row.save()
    send_soon([row.pk for row in rows])


def send_soon(deliveries: Collection[int]) -> None:
    """Have these sent once the transaction has committed; should this fail, the schedule sends them a little later."""
    # The task stands above the services that it calls.
    from civicnet_publicity.tasks import deliver

    if deliveries:
        wanted = list(deliveries)
        transaction.on_commit(lambda: deliver.enqueue(deliveries=wanted), robust=True)


def renew(row: ChannelDelivery) -> None:
    """Let a row be sent from the beginning. One that is being sent goes on, and is sent again when that is over."""
    row.attempts, row.error, row.error_code = 0, "", ""
    if row.state != ChannelState.SENDING:
        row.state, row.next_at = ChannelState.WAITING, timezone.now()


def wish_gone(row: ChannelDelivery) -> None:
    """Wish a row, which is held, to be gone from its channel; what never left is gone already."""
    never_left = row.there is None and not row.remote and not row.tried_at
    row.wish, row.edition, row.wished_at = ChannelWish.WITHDRAW, row.edition + 1, timezone.now()
    renew(row)
    if never_left:
        row.state, row.next_at = ChannelState.ARRIVED, None


def _locked(article: int) -> list[ChannelDelivery]:
    return list(ChannelDelivery.objects.select_for_update().filter(article=article).order_by("pk"))


def _wish(row: ChannelDelivery, article: ArticlePage, wish: ChannelWish) -> bool:
    version, address = article.live_revision_id, absolute(article.url_path) if article.url_path else row.address
    if wish == ChannelWish.WITHDRAW:
        if row.wish != ChannelWish.PUBLISH:
            return False
        wish_gone(row)
    else:
        if (row.wish, row.version, row.address) == (wish, version, address):
            return False
        row.wish, row.edition, row.wished_at = wish, row.edition + 1, timezone.now()
        row.version, row.address, row.title = version, address, article.title[:255]
        renew(row)
    row.save()
    return True
