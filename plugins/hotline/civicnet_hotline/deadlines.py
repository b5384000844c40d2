"""Deadlines: when the person who asked can expect a reply."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone

from civicnet.lifecycle.snapshot import plugin_settings
from civicnet.workdays.calendar import work_calendar
from civicnet_hotline.models import Group


def due_at(group: str, *, accepted_at: datetime) -> datetime:
    """The last second of the working day by which a case of this kind is due; the day of acceptance does not count.

    How many working days each kind takes are settings of the plugin. They hold for cases accepted from then on, and so does
    the platform's calendar, which knows public holidays and the weekend days made up for them.
    """
    days = plugin_settings("hotline")[f"days_{Group(group).value.lower()}"]
    day = work_calendar().after(timezone.localtime(accepted_at).date(), days)
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
