"""When a kept document was last asked for: one write a day, never waited for, and never failing the call."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet

from civicnet.access.refusals import without_waiting

logger = logging.getLogger(__name__)


def note_day(row: QuerySet[Any], today: date) -> bool:
    """Write the day into ``used_on`` of the row unless it stands there; whether it does now, else a later call writes it."""
    stale = Q(used_on__isnull=True) | Q(used_on__lt=today)
    try:
        with without_waiting(), transaction.atomic():
            row.filter(stale).update(used_on=today)
    except DatabaseError:
        logger.info("the last use of a %s is noted later", row.model._meta.verbose_name, exc_info=True)
        return False
    return True
