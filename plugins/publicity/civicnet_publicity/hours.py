"""Hours of working days: when a step that was begun is overdue.

Working days count all round the clock. Which days they are the platform's calendar knows, with public holidays and the
weekend days made up for them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from civicnet.workdays.calendar import work_calendar


def due_after(start: datetime, hours: int) -> datetime:
    """The moment at which so many hours of working days have passed since the start."""
    left, at, calendar = timedelta(hours=hours), timezone.localtime(start), work_calendar()
    while True:
        midnight = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        if calendar.is_worked(at.date()):
            if at + left <= midnight:
                return at + left
            left -= midnight - at
        at = midnight
