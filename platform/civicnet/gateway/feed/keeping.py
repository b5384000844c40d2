"""Keeping the feed: triggers after every migration, changes told soon, every type looked at daily, old tombstones forgotten."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicnet.contract import Conflict, Schedule
from civicnet.gateway.feed.followed import feeds
from civicnet.gateway.feed.models import FeedEntry, FeedMark, new_epoch
from civicnet.gateway.feed.sequencer import catch_up, held_state, mark_whole
from civicnet.gateway.feed.triggers import install
from civicnet.ledger.models import Operation

_LONG = 60.0


def install_after_migrating(sender: Any, using: str, **_given: Any) -> None:
    """What ``post_migrate`` calls: with the tables, what their rows tell may have changed."""
    if install_missing(using):
        mark_whole(sorted(feeds()))


def install_missing(using: str = "default") -> bool:
    """Put triggers in place that are not; returns whether there is a feed at all."""
    if FeedMark._meta.db_table not in connections[using].introspection.table_names():
        return False
    install(using, feeds().values())
    return True


def tell() -> bool:
    """Bring the feed forward, for at most about a minute; returns whether nothing is left."""
    return catch_up(seconds=_LONG, patience=_LONG)


def look_at_all() -> None:
    """Have every type looked at whole, for what moves with the clock and for what no trigger noticed."""
    install_missing(connection.alias)
    mark_whole(sorted(feeds()))
    tell()


@transaction.atomic
def forget(*, now: datetime | None = None) -> int:
    """Delete tombstones that have been kept long enough; returns how many."""
    state = held_state(_LONG)
    limit = (now or timezone.now()) - timedelta(days=settings.CIVICNET_FEED_TOMBSTONE_DAYS)
    old = FeedEntry.objects.filter(operation=Operation.DELETE, at__lt=limit)
    last = old.aggregate(last=Max("sequence"))["last"]
    if state is None or last is None:
        return 0
    state.horizon = max(state.horizon, last)
    state.save(update_fields=["horizon"])
    return old.delete()[0]


@transaction.atomic
def begin_anew() -> str:
    """Let every copy begin from empty, as it must after the database was restored from a backup; returns the new epoch.

    Raises:
        Conflict: somebody has been writing into the feed for long.
    """
    state = held_state(_LONG)
    if state is None:
        raise Conflict()
    state.epoch = new_epoch()
    state.save(update_fields=["epoch"])
    return state.epoch


SCHEDULES = (
    Schedule("gateway.tell_changes", _("Tell portals what has changed"), tell, every=timedelta(seconds=15)),
    Schedule(
        "gateway.look_at_all", _("Compare the change feed with what can be read"), look_at_all, daily_at=time(0, 5)
    ),
    Schedule("gateway.forget_tombstones", _("Forget old tombstones of the change feed"), forget, daily_at=time(3, 50)),
)
