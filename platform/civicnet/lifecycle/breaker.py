"""The breaker: a hook that failed too often, or hung, is not called any more, in any process, until a try succeeds."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from civicnet.lifecycle.generation import bump
from civicnet.lifecycle.models import HookBreaker

# Errors within a window, in one process, that open it.
ERRORS = 5
WINDOW = timedelta(seconds=60)
# How long it stays open at first; doubled after each failed try.
COOLING = timedelta(seconds=60)
LONGEST = timedelta(hours=1)
_PROBE = timedelta(seconds=60)


def tripped() -> dict[tuple[str, str], float]:
    """Every open breaker by (plugin, hook), with the time of its next try in seconds of the epoch."""
    rows = HookBreaker.objects.values_list("slug", "hook", "retry_at")
    return {(slug, hook): retry_at.timestamp() for slug, hook, retry_at in rows}


def open_breaker(slug: str, hook: str, *, reason: str) -> None:
    """Stop calling a hook of a plugin in all processes; where its time had come for a try, the stop is prolonged.

    Several processes that see the same failures at once open it once.
    """
    now = timezone.now()
    with transaction.atomic():
        row, created = HookBreaker.objects.select_for_update().get_or_create(
            slug=slug, hook=hook, defaults={"reason": reason, "opened_at": now, "retry_at": now + COOLING}
        )
        if not created:
            if now < row.retry_at:
                return
            row.trips += 1
            row.reason = reason
            row.retry_at = now + min(COOLING * 2 ** min(row.trips - 1, 10), LONGEST)
            row.probing_until = None
            row.save(update_fields=["trips", "reason", "retry_at", "probing_until"])
        bump()


def close_breaker(slug: str, hook: str) -> None:
    """Call the hook again, in all processes from their next request on."""
    with transaction.atomic():
        if HookBreaker.objects.filter(slug=slug, hook=hook).delete()[0]:
            bump()


def take_probe(slug: str, hook: str) -> bool:
    """Whether this call is the one that may try the hook again; others go on without it meanwhile."""
    now = timezone.now()
    free = Q(probing_until__isnull=True) | Q(probing_until__lte=now)
    mine = HookBreaker.objects.filter(free, slug=slug, hook=hook, retry_at__lte=now)
    deed = connection.in_atomic_block
    with transaction.atomic():
        # Whoever has the row's lock has the try, and nobody waits for it.
        taken = mine.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).exists()
        # In a transaction of somebody's deed the lock itself is the lease: what was written would show to others too late.
        if taken and not deed:
            mine.update(probing_until=now + _PROBE)
    return taken
