"""Deadlines: when the person who asked can expect a reply."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from civicnet_hotline.models import Group

# Presets for a county: consultation and suggestion as in 大宁路街道 (Jing'an, Shanghai, 2019), help and complaint likewise.
WORKING_DAYS = {
    Group.CONSULTATION: 1,
    Group.SUGGESTION: 1,
    Group.HELP: 5,
    Group.COMPLAINT: 5,
}
OTHERWISE = 5
_SATURDAY = 5


def due_at(group: str, *, accepted_at: datetime) -> datetime:
    """The last second of the working day by which a case of this kind is due; the day of acceptance does not count.

    Working days are Monday to Friday: public holidays and make-up days are not known here yet, a calendar of its own
    will bring them.
    """
    day = timezone.localtime(accepted_at).date()
    left = WORKING_DAYS.get(Group(group), OTHERWISE)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
