"""The generation: one number that every request reads, counted up inside each transaction that changes what it must know."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import F

from civicnet.ledger.kept import Kept
from civicnet.lifecycle.models import Generation

_ID = 1
# Raw on purpose: every request asks this, and the ORM would cost twenty times the query itself.
_NOW = Kept("SELECT value FROM civicnet_lifecycle_generation WHERE id = 1")


def generation() -> int:
    """The number now; one row read."""
    return _NOW.number(connection, ())


def bump(**_signal: Any) -> None:
    """Count it up; the last statement of a transaction that moves a switch, a setting, a breaker or a site's address."""
    if not Generation.objects.filter(pk=_ID).update(value=F("value") + 1):
        Generation.objects.create(pk=_ID, value=1)
