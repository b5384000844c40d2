"""Which days were entered: for those who keep the calendar, and for all who count by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import QuerySet

from civicnet.contract import Actor
from civicnet.workdays.models import CalendarDay, DayKind
from civicnet.workdays.permissions import can_keep


def kept_days(actor: Actor) -> QuerySet[CalendarDay]:
    """All days that were entered, for whoever keeps them."""
    rows = CalendarDay.objects.select_related("entered_by")
    return rows if can_keep(actor) else rows.none()


def all_days() -> QuerySet[CalendarDay]:
    """All of them, as a sheet is compared with; when an office works is no secret."""
    return CalendarDay.objects.all()


def entered_days() -> Mapping[date, bool]:
    """Whether the days that were entered are worked. One statement."""
    return {day: kind == DayKind.WORKED for day, kind in all_days().order_by().values_list("day", "kind")}
