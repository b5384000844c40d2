"""Leases: what this process may spend of an hour's budget without asking the database again.

The row of a key and hour says how much all processes have leased together. One conditional UPDATE raises it, so that the sum
never passes the budget; what a process has leased it spends in memory, and what it has left when the hour ends is gone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from django.db.models import F

from civicnet.gateway.models import HourBudget

HOUR = 3600
# A lease is this part of the budget, or what one request costs if that is more.
SHARE = 100
# How long an empty budget is not asked again, in seconds: another hour begins soon enough.
_PATIENCE = 10


@dataclass(slots=True)
class Spent:
    """Where a budget stands after a request. ``used`` counts as spent what other processes have leased. ``within``: the request
    was paid; else nothing was taken. ``resets_at`` is a moment in seconds since 1970."""

    limit: int
    used: int
    within: bool
    resets_at: int

    @property
    def remaining(self) -> int:
        """What is left of the hour."""
        return max(self.limit - self.used, 0)


@dataclass(slots=True)
class _Lease:
    hour: int
    limit: int = 0
    # What all processes had leased at the last look, and what of that this one still holds.
    leased: int = 0
    left: int = 0
    # What the row could not give, and until when whoever misses as much is refused without asking it.
    too_much: int = 0
    ask_again_at: float = 0.0


_held: dict[str, _Lease] = {}
_lock = Lock()


def spend(key: str, cost: int, limit: int) -> Spent | None:
    """Take the cost from this hour's budget of a key; a few microseconds while the lease lasts.

    ``limit`` is the hour's budget; None is returned where it is 0, which means that there is none. A budget that was raised
    or lowered counts from the next lease on.
    """
    if not limit:
        return None
    hour = int(time.time() // HOUR)
    with _lock:
        lease = _held.get(key)
        if lease is None or lease.hour != hour:
            lease = _held[key] = _Lease(hour)
        if paid := _pay(lease, cost):
            return paid
        missing = cost - lease.left
        if limit == lease.limit and missing >= lease.too_much and time.monotonic() < lease.ask_again_at:
            return _standing(lease, within=False)
    # Outside the lock: another thread may lease as well, and both leases hold.
    granted, leased = lease_more(key, hour, allowed=limit, missing=missing)
    with _lock:
        lease.limit, lease.leased = limit, leased
        lease.left += granted
        if paid := _pay(lease, cost):
            return paid
        lease.too_much, lease.ask_again_at = missing, time.monotonic() + _PATIENCE
        return _standing(lease, within=False)


def lease_more(key: str, hour: int, *, allowed: int, missing: int) -> tuple[int, int]:
    """Lease a share of what is left of an hour's budget, at least ``missing``, or nothing if so much is not there.

    Returns what was leased now, and what all processes together have leased.
    """
    row = HourBudget.objects.filter(key=key, hour=datetime.fromtimestamp(hour * HOUR, UTC))
    wanted = max(allowed // SHARE, missing)
    while True:
        if row.filter(leased__lte=allowed - wanted).update(leased=F("leased") + wanted):
            return wanted, row.values_list("leased", flat=True)[0]
        leased = row.values_list("leased", flat=True).first()
        if leased is None:
            new = HourBudget(key=key, hour=datetime.fromtimestamp(hour * HOUR, UTC))
            HourBudget.objects.bulk_create([new], ignore_conflicts=True)
            leased = 0
        rest = allowed - leased
        if rest < missing:
            return 0, leased
        # Each time round, others have leased meanwhile, so that this ends at the latest with the budget.
        wanted = min(wanted, rest)


def standing(key: str) -> Spent | None:
    """Where a budget stood when this process last looked at it in this hour; None if it never did."""
    lease = _held.get(key)
    if lease is None or lease.hour != int(time.time() // HOUR) or not lease.limit:
        return None
    return _standing(lease, within=True)


def forget_leases() -> None:
    """Drop what this process has leased, as a test does between two."""
    with _lock:
        _held.clear()


def _pay(lease: _Lease, cost: int) -> Spent | None:
    if lease.left < cost or not lease.limit:
        return None
    lease.left -= cost
    return _standing(lease, within=True)


def _standing(lease: _Lease, *, within: bool) -> Spent:
    return Spent(lease.limit, lease.leased - lease.left, within, (lease.hour + 1) * HOUR)
