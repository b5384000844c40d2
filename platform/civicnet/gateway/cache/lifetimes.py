"""How long an answer may be kept at most: what a clock changes is written by no commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from datetime import time as clock
from time import time

from django.conf import settings
from django.db.models import Min
from django.http import HttpRequest
from django.utils import timezone
from graphql import GraphQLResolveInfo
from wagtail.models import Page, Revision

from civicnet.ledger.stamps import together
from civicnet.lifecycle.slots import NEVER_KEPT
from civicnet.lifecycle.snapshot import Snapshot

_FRESH = "civicnet_fresh_until"
# Where it stands when pages come and go.
SCHEDULED = (Page._meta.db_table, Revision._meta.db_table)
# The next moment at which a page comes or goes, with the version of the tables that say so.
_next: tuple[int, float | None] = (-1, None)


def fresh_until(info: GraphQLResolveInfo, moment: datetime) -> None:
    """Say in a resolver that its answer changes by itself at this moment, without anything being written.

    What depends on the day alone need not say so: no answer is kept past midnight of the city's clock.
    """
    known = getattr(info.context, _FRESH, None)
    setattr(info.context, _FRESH, moment.timestamp() if known is None else min(known, moment.timestamp()))


def never_kept(info: GraphQLResolveInfo) -> None:
    """Say in a resolver that its answer is good for this one request only: nobody keeps it, we, a proxy or the caller."""
    setattr(info.context, NEVER_KEPT, True)


def is_never_kept(request: HttpRequest) -> bool:
    """Whether a resolver said so."""
    return bool(getattr(request, NEVER_KEPT, False))


def until(request: HttpRequest, snapshot: Snapshot, known: Mapping[str, int]) -> float:
    """The last moment at which an answer read now may be served, in seconds of the epoch.

    ``known`` are the versions before it was read.
    """
    now = time()
    tries = [one for one in snapshot.tripped.values() if one > now]
    due = scheduled(known)
    moments: list[float | None] = [
        snapshot.until,
        getattr(request, _FRESH, None),
        # Once it has passed, the commit that settles it ends our own entries.
        due if due is not None and due > now else None,
        _midnight(),
        *tries,
    ]
    return min([now + float(settings.CIVICNET_CACHE_SECONDS), *(one for one in moments if one is not None)])


def scheduled(known: Mapping[str, int]) -> float | None:
    """When the next page is due to appear or to go, in seconds of the epoch; asked anew after each write of pages.

    A moment that has passed stands until the page is settled.
    """
    global _next
    version = together(known, SCHEDULED)
    if _next[0] != version:
        going, coming = Page.objects.filter(live=True), Revision.objects.filter(approved_go_live_at__isnull=False)
        found = [
            going.filter(expire_at__isnull=False).aggregate(at=Min("expire_at"))["at"],
            coming.aggregate(at=Min("approved_go_live_at"))["at"],
        ]
        _next = version, min((one.timestamp() for one in found if one is not None), default=None)
    return _next[1]


def overdue(known: Mapping[str, int]) -> bool:
    """Whether a page should have appeared or gone by now, and has not: what is read meanwhile is old as soon as it does."""
    due = scheduled(known)
    return due is not None and due <= time()


def _midnight() -> float:
    zone = timezone.get_default_timezone()
    day = timezone.localdate(timezone=zone) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, clock()), zone).timestamp()
