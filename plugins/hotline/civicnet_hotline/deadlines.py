"""Deadlines: when the person who asked can expect a reply."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from civicnet.lifecycle.snapshot import plugin_settings
from civicnet_hotline.models import Group

_SATURDAY = 5


def due_at(group: str, *, accepted_at: datetime) -> datetime:
    """The last second of the working day by which a case of this kind is due; the day of acceptance does not count.

    How many working days each kind takes are settings of the plugin. They hold for cases accepted from then on.
    Working days are Monday to Friday: public holidays and make-up days are not known here yet, a calendar of its own
    will bring them.
    """
    day = timezone.localtime(accepted_at).date()
    left = plugin_settings("hotline")[f"days_{Group(group).value.lower()}"]
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
