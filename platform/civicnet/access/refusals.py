"""Refused calls: counted for the administrator, and slowed down for whoever goes on trying.

All counting is written without waiting for anybody: a count that cannot be written now is written with a later one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import time

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from civicnet.access.models import ApiClient, ApiKey, ClientRefusal, RefusalCause
from civicnet.contract import CivicNetError
from civicnet.contract.addresses import neighbourhood

logger = logging.getLogger(__name__)
ONCE = timedelta(minutes=1)
# How long counts of one client and cause are gathered in memory before they are given up.
_GATHERED = 24 * 60 * 60
# When this process last saw or noted the use of a key, in seconds of the epoch, by the key's number.
_noted: dict[int, float] = {}


class TooManyRefusals(CivicNetError):
    """So many refusals went to this address that the next ones are not even told apart."""

    code = "RATE_LIMITED"
    status = 429
    message = gettext_lazy("Too many refused requests from this address. Wait a minute, then use a valid key.")


def budget_left(what: str, limit: int) -> bool:
    """Count one more of something this minute, and tell whether it is still within its limit."""
    # Counted in the cache: with one cache per process, each process has this budget of its own.
    name = f"civicnet.budget.{what}"
    cache.add(name, 0, ONCE.total_seconds())
    try:
        return bool(cache.incr(name) <= limit)
    except ValueError:
        # The minute ended between the two lines.
        return True


def refused(address: str, error: CivicNetError) -> CivicNetError:
    """The error to raise for one more refusal to this address: the given one, or that it is one too many."""
    within = budget_left(f"refused.{neighbourhood(address)}", settings.CIVICNET_REFUSALS_PER_MINUTE)
    return error if within else TooManyRefusals()


def count_refusal(client: ApiClient, cause: RefusalCause, *, address: str, now: datetime | None = None) -> None:
    """Count a refusal of a known client; written at most once a minute for each client and cause."""
    moment = now or timezone.now()
    name = f"civicnet.refusal.{client.pk}.{cause}"
    cache.add(name, 0, _GATHERED)
    try:
        gathered = cache.incr(name)
        if _write(client, cause, gathered, address, moment):
            cache.decr(name, gathered)
    except (DatabaseError, ValueError):
        logger.info("a refusal of client %s was counted later", client.pk, exc_info=True)


def _write(client: ApiClient, cause: RefusalCause, gathered: int, address: str, moment: datetime) -> bool:
    if not cache.add(f"civicnet.refusal_written.{client.pk}.{cause}", 1, ONCE.total_seconds()):
        return False
    known = ClientRefusal.objects.filter(client=client, cause=cause)
    with without_waiting(), transaction.atomic():
        # Another process may have written within this minute: its count stands, ours is gathered on.
        if known.filter(last_at__lte=moment - ONCE).update(
            count=F("count") + gathered, last_at=moment, last_address=address
        ):
            return True
        if known.exists():
            return False
        ClientRefusal.objects.bulk_create(
            [ClientRefusal(client=client, cause=cause, count=gathered, last_at=moment, last_address=address)],
            ignore_conflicts=True,
        )
    return True


def note_use(key: ApiKey, *, now: datetime | None = None) -> None:
    """Keep when a key was last used, at most once a minute. It never waits for a lock, and never fails the call."""
    moment = now or timezone.now()
    if key.last_used_at is not None and key.last_used_at > moment - ONCE:
        _noted[key.pk] = key.last_used_at.timestamp()
        return
    _note(key.pk, moment)


def note_use_again(pk: int) -> None:
    """The same for a key of which nothing but its number is at hand: this process knows when it last looked at its row."""
    if _noted.get(pk, 0.0) <= time() - ONCE.total_seconds():
        _note(pk, timezone.now())


def _note(pk: int, moment: datetime) -> None:
    _noted[pk] = moment.timestamp()
    stale = ApiKey.objects.filter(Q(last_used_at__isnull=True) | Q(last_used_at__lte=moment - ONCE), pk=pk)
    try:
        with without_waiting(), transaction.atomic():
            free = stale.select_for_update(skip_locked=True).order_by()
            ApiKey.objects.filter(pk__in=free.values("pk")).update(last_used_at=moment)
    except DatabaseError:
        logger.info("the last use of key %s is noted later", pk, exc_info=True)


@contextmanager
def without_waiting() -> Iterator[None]:
    """On SQLite, fail at once while another process writes, instead of waiting for it."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        waits = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(waits)}")
