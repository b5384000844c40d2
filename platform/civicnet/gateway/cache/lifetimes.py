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
from civicnet.lifecycle.snapshot import Snapshot

_FRESH, _NEVER = "civicnet_fresh_until", "civicnet_never_kept"
_SCHEDULED = (Page._meta.db_table, Revision._meta.db_table)
# The next moment at which a page comes or goes, with the version of the tables that say so.
_next: tuple[int, float | None, float | None] = (-1, None, None)


def fresh_until(info: GraphQLResolveInfo, moment: datetime) -> None:
    """Say in a resolver that its answer changes by itself at this moment, without anything being written.

    What depends on the day alone need not say so: no answer is kept past midnight of the city's clock.
    """
    known = getattr(info.context, _FRESH, None)
    setattr(info.context, _FRESH, moment.timestamp() if known is None else min(known, moment.timestamp()))


def never_kept(info: GraphQLResolveInfo) -> None:
    """Say in a resolver that its answer is good for this one request only: nobody keeps it, we, a proxy or the caller."""
    setattr(info.context, _NEVER, True)


def is_never_kept(request: HttpRequest) -> bool:
    """Whether a resolver said so."""
    return bool(getattr(request, _NEVER, False))


def until(request: HttpRequest, snapshot: Snapshot, known: Mapping[str, int]) -> float:
    """The last moment at which an answer read now may be served, in seconds of the epoch.

    ``known`` are the versions before it was read.
    """
    now = time()
    tries = [one for one in snapshot.tripped.values() if one > now]
    moments: list[float | None] = [
        snapshot.until,
        getattr(request, _FRESH, None),
        scheduled(known),
        _midnight(),
        *tries,
    ]
    return min([now + float(settings.CIVICNET_CACHE_SECONDS), *(one for one in moments if one is not None)])


def scheduled(known: Mapping[str, int]) -> float | None:
    """When the next page is due to appear or to go, in seconds of the epoch; asked anew after each write of pages."""
    global _next
    version, moment, asked = together(known, _SCHEDULED), *_next[1:]
    if _next[0] != version or asked is None or (moment is not None and moment <= time()):
        now = timezone.now()
        found = [
            Page.objects.filter(expire_at__gt=now).aggregate(at=Min("expire_at"))["at"],
            Revision.objects.filter(approved_go_live_at__gt=now).aggregate(at=Min("approved_go_live_at"))["at"],
        ]
        moment = min((one.timestamp() for one in found if one is not None), default=None)
        _next = version, moment, time()
    return moment


def _midnight() -> float:
    zone = timezone.get_default_timezone()
    day = timezone.localdate(timezone=zone) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, clock()), zone).timestamp()
