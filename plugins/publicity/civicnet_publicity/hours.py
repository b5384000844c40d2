"""Hours of working days: when a step that was begun is overdue.

Working days are Monday to Friday, all round the clock, as the hotline has them: public holidays and make-up days are not known
here.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

_SATURDAY = 5


def due_after(start: datetime, hours: int) -> datetime:
    """The moment at which so many hours of working days have passed since the start."""
    left, at = timedelta(hours=hours), timezone.localtime(start)
    while True:
        midnight = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        if at.weekday() < _SATURDAY:
            if at + left <= midnight:
                return at + left
            left -= midnight - at
        at = midnight
