"""Freshness: the rules by which government sites are inspected, as arithmetic on dates. Nothing here asks the database.

Their source: the self-check table of a civil-affairs bureau for the fourth quarter of 2022, which follows the 政府网站检查指标
(单项否决指标), and the bulletin of Qiannan of January 2025, which still applies it. Each rule names its own below.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from civicnet_publicity.models.column import ColumnKind, Rhythm

HOME_DAYS = 14
"""首页: a home page without update for two weeks is vetoed; an item without a date counts as not updated (2022 table). Ours
date every item by when readers first saw it."""

NEWS_DAYS = 14
"""动态、要闻类: such a column counts as stale after more than two weeks (2022 table; Beijing News, 22 April 2017). Special
topics have no span of their own there; we hold them to the same unless their editors chose another."""

FORMAL_MONTHS = 6
"""通知公告、政策文件类: stale after more than six months (same sources)."""

MOST_STALE = 5
"""News, notices and policy documents that are stale: five of them together on one site are a veto (same sources)."""

MOST_NEGLECTED = 10
"""应更新未更新: ten columns of any kind that should be updated and are long stale are a veto (2022 table; Qiannan, January
2025)."""

MOST_EMPTY = 5
"""空白栏目: five columns without anything in them are a veto (2022 table)."""

_FORMAL = {ColumnKind.NOTICE, ColumnKind.DISCLOSURE}
_DAYS = {Rhythm.WEEKLY: 7, Rhythm.FORTNIGHTLY: 14}
_MONTHS = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3, Rhythm.HALF_YEARLY: 6, Rhythm.YEARLY: 12}


def ends(kind: str, rhythm: str, last: datetime) -> datetime | None:
    """When a column that was last updated then counts as stale; None where it need not be updated."""
    if rhythm == Rhythm.NONE:
        return None
    if rhythm in _DAYS:
        return last + timedelta(days=_DAYS[Rhythm(rhythm)])
    if rhythm in _MONTHS:
        return months_later(last, _MONTHS[Rhythm(rhythm)])
    return rule_ends(kind, last)


def rule_ends(kind: str, last: datetime) -> datetime:
    """When the rules take a column of this kind for stale, whatever its editors expect."""
    return months_later(last, FORMAL_MONTHS) if kind in _FORMAL else last + timedelta(days=NEWS_DAYS)


def is_inspected(kind: str, rhythm: str) -> bool:
    """Whether a column is of the kinds of which five may not be stale.

    Disclosure that is due once a year, as that of personnel is (句容: news weekly, notices half-yearly, personnel yearly), is
    no column of policy documents.
    """
    return kind == ColumnKind.NEWS or (kind in _FORMAL and rhythm not in (Rhythm.YEARLY, Rhythm.NONE))


def too_slow(kind: str, rhythm: str) -> bool:
    """Whether a rhythm is slower than the rules let a column of this kind be."""
    if not rhythm or kind == ColumnKind.SPECIAL or (kind == ColumnKind.DISCLOSURE and rhythm == Rhythm.YEARLY):
        return False
    any_day = timezone.now()
    wanted = ends(kind, rhythm, any_day)
    return wanted is None or wanted > rule_ends(kind, any_day)


def home_ends(last: datetime) -> datetime:
    """When the home page of a site whose newest article came then counts as not updated."""
    return last + timedelta(days=HOME_DAYS)


def months_later(moment: datetime, months: int) -> datetime:
    """So many calendar months later by the city's clock, or on the last day of a month that is shorter."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)


@dataclass(frozen=True, slots=True)
class Rule:
    """How one rule stands on one site: how many there are, and from how many on the site is vetoed."""

    code: str
    count: int
    limit: int

    @property
    def is_broken(self) -> bool:
        """Whether it alone fails the site."""
        return self.count >= self.limit

    @property
    def percent(self) -> int:
        """How near it is: 100 fails."""
        return round(100 * self.count / self.limit)
