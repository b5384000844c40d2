"""The calendar by which deadlines are counted: the one door to the question whether a day is worked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

from civicnet.lifecycle.snapshot import PerGeneration
from civicnet.workdays.selectors import entered_days

_SATURDAY = 5
_DAY = timedelta(days=1)
# 全国年节及纪念日放假办法, article 2: every year has it, and no other of its holidays comes later.
_LAST_HOLIDAY = (10, 1)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Working days as they stand at one moment. Days are local ones, as ``timezone.localdate`` gives them.

    What was entered here goes first; then the State Council's arrangement of holidays and of the weekend days made up for
    them, as the package ``chinesecalendar`` has it from 2004 on; a year that neither knows has Monday to Friday.
    """

    entered: Mapping[date, bool]

    def is_worked(self, day: date) -> bool:
        """Whether it is a working day."""
        known = self.entered.get(day)
        if known is not None:
            return known
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < _SATURDAY

    def after(self, day: date, count: int) -> date:
        """The working day that is the so-many-th after a day, which itself does not count."""
        while count > 0:
            day += _DAY
            count -= self.is_worked(day)
        return day

    def knows(self, year: int) -> bool:
        """Whether the year's arrangement is known: to the package, or entered here as far as National Day, its last holiday."""
        try:
            chinese_calendar.is_workday(date(year, 1, 1))
        except NotImplementedError:
            return date(year, *_LAST_HOLIDAY) in self.entered
        return True


_entered = PerGeneration(entered_days)


def work_calendar() -> WorkCalendar:
    """The calendar as the request, job or command going on first found it: at most one statement for all of it."""
    return WorkCalendar(_entered.settled())
