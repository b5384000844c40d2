"""Which positions are held: the conditions by which everybody asks."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q
from django.utils import timezone


def holding(day: date | None = None) -> Q:
    """Positions held on a day, today unless told otherwise."""
    day = day or timezone.localdate()
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def lasting() -> Q:
    """Positions held today or to be held later; one that was ended before it began is neither."""
    return Q(valid_to__isnull=True) | (Q(valid_to__gt=timezone.localdate()) & Q(valid_to__gt=F("valid_from")))
