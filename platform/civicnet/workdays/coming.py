"""The coming year: whoever answers for the platform is told in time that nobody knows its holidays yet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core import checks
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.contract import Problem
from civicnet.workdays.calendar import WorkCalendar, work_calendar
from civicnet.workdays.models import CalendarDay

# By then the State Council's notice has been out for some weeks.
_DECEMBER = 12


def missing_year(today: date, calendar: WorkCalendar) -> int | None:
    """The year whose holidays have to be entered: this one, or from December on the next; None where both are known."""
    if not calendar.knows(today.year):
        return today.year
    if today.month == _DECEMBER and not calendar.knows(today.year + 1):
        return today.year + 1
    return None


def problems() -> list[Problem]:
    """A year that is counted by the week alone. One statement."""
    today = timezone.localdate()
    year = missing_year(today, work_calendar())
    if year is None:
        return []
    said = _(
        "The public holidays of %(year)d are not known here, so its deadlines are counted from Monday to Friday. The State "
        "Council publishes the arrangement in November: enter it, or bring the package chinesecalendar up to date."
    )
    return [Problem(said % {"year": year}, reverse("calendar_days:index"), serious=year == today.year)]


def missing_year_problem(*, databases: Any = None, **_given: Any) -> list[checks.CheckMessage]:
    """Asked with ``check --deploy --database default``: the same for whoever reads no screens."""
    if not databases or CalendarDay._meta.db_table not in connection.introspection.table_names():
        return []
    hint = "Enter them in the administration under Working days, or install a newer chinesecalendar."
    return [checks.Warning(str(one.message), hint=hint, id="civicnet.workdays.W001") for one in problems()]
