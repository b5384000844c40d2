"""The board of health: how columns and sites stand by the rules for government sites, and what to publish next."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from civicnet_publicity import freshness
from civicnet_publicity.freshness import Rule
from civicnet_publicity.models import ColumnKind, Phase, PlannedArticle, Rhythm
from civicnet_publicity.selectors import watching
from civicnet_publicity.selectors.viewing import views_by_column
from civicnet_publicity.selectors.watching import Watched

# What ends within so many days is told as what comes next.
SOON = timedelta(days=7)
VIEW_DAYS = 30


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One column. ``ends`` is when it counts as stale: None while it is empty, or where it need not be updated.

    ``scheduled`` is the approved article that appears next, ``plan`` what is planned first, ``drafts`` how many are begun,
    ``views`` how often its own articles were read within the last 30 days.
    """

    column: Watched
    site: str
    ends: datetime | None
    now: datetime
    scheduled: dict[str, Any] | None
    plan: PlannedArticle | None
    drafts: int
    views: int

    @property
    def state(self) -> str:
        """``empty``, ``stale``, ``soon`` (within the week), ``fresh`` or ``resting``."""
        if not self.column.articles:
            return "empty"
        if self.ends is None:
            return "resting"
        if self.ends <= self.now:
            return "stale"
        return "soon" if self.ends <= self.now + SOON else "fresh"

    @property
    def kind(self) -> str:
        """What it is for, in words."""
        return str(ColumnKind(self.column.kind).label)

    @property
    def phase(self) -> str:
        """How far its campaign has come, in words."""
        return str(Phase(self.column.phase).label) if self.column.phase else ""

    @property
    def rhythm(self) -> str:
        """What its editors expect, in words; empty where it is what the rules ask."""
        return str(Rhythm(self.column.rhythm).label) if self.column.rhythm else ""

    @property
    def days(self) -> int:
        """Whole days until it counts as stale, or since it does."""
        return abs((self.ends - self.now).days) if self.ends and self.ends > self.now else self._days_late

    @property
    def percent(self) -> int:
        """How much of the time that it has is used up; 100 is stale."""
        if self.ends is None or self.column.newest is None:
            return 0
        return round(100 * (self.now - self.column.newest) / (self.ends - self.column.newest))

    @property
    def is_covered(self) -> bool:
        """Whether something appears, or is planned, before it counts as stale."""
        first = [self.scheduled["at"]] if self.scheduled else []
        if self.plan:
            first.append(timezone.make_aware(datetime.combine(self.plan.due_on, time())))
        return bool(first) and self.ends is not None and self.now < self.ends >= min(first)

    @property
    def waits(self) -> bool:
        """Whether somebody should do something about it now."""
        return self.state in ("empty", "stale") or (self.state == "soon" and not self.is_covered)

    @property
    def _days_late(self) -> int:
        return (self.now - self.ends).days if self.ends else 0


@dataclass(frozen=True, slots=True)
class SiteHealth:
    """One site: each rule with its count and limit, and when its home page counts as not updated, if anything is on it."""

    id: int
    name: str
    rules: tuple[Rule, ...]
    home_ends: datetime | None
    is_home_stale: bool

    @property
    def fails(self) -> bool:
        """Whether an inspection today would veto the site."""
        return self.is_home_stale or any(rule.is_broken for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Board:
    """What needs an article first stands on top of ``rows``; ``plans`` are all that is planned and open, by their day."""

    rows: Sequence[BoardRow]
    sites: Sequence[SiteHealth]
    plans: Sequence[PlannedArticle]

    @property
    def next(self) -> list[BoardRow]:
        """The columns for which to publish next: stale and empty ones, and those that go stale within the week."""
        return [row for row in self.rows if row.state in ("empty", "stale", "soon")]


def column_board(*, visible: Set[int] | None) -> Board:
    """The columns with these ids, or all, and the sites on which they stand. Nine statements, however many there are.

    A site's own figures count all its columns: it is inspected as a whole, and whatever they say anybody can see on it.
    """
    now, everything = timezone.now(), watching.watched_columns()
    shown = [column for column in everything if visible is None or column.id in visible]
    names, scheduled, drafts = watching.site_names(), watching.scheduled_in(shown), watching.drafts_in(shown)
    views = views_by_column([column.path for column in shown], days=VIEW_DAYS)
    plans = watching.plans_in([column.id for column in shown])
    first: dict[int, PlannedArticle] = {}
    for plan in plans:
        first.setdefault(plan.column_id, plan)
    rows = [
        BoardRow(
            column=column,
            site=names.get(column.site or 0, ""),
            ends=_ends(column),
            now=now,
            scheduled=scheduled.get(column.id),
            plan=first.get(column.id),
            drafts=drafts.get(column.id, 0),
            views=views.get(column.path, 0),
        )
        for column in shown
    ]
    here = {column.site for column in shown} - {None}
    sites = [_site(pk, names[pk], [one for one in everything if one.site == pk], now) for pk in names if pk in here]
    return Board(sorted(rows, key=_urgency), sites, plans)


def narrowed(board: Board, visible: Set[int]) -> Board:
    """The same board for somebody who sees only these columns; nothing is asked anew."""
    rows = [row for row in board.rows if row.column.id in visible]
    here = {row.column.site for row in rows}
    plans = [plan for plan in board.plans if plan.column_id in visible]
    return Board(rows, [site for site in board.sites if site.id in here], plans)


def _ends(column: Watched) -> datetime | None:
    return freshness.ends(column.kind, column.rhythm, column.newest) if column.newest else None


def _urgency(row: BoardRow) -> tuple[int, float]:
    if row.state == "empty":
        return 0, 0
    return (1, row.ends.timestamp()) if row.ends else (2, 0)


def _site(pk: int, name: str, columns: Sequence[Watched], now: datetime) -> SiteHealth:
    stale = [
        one
        for one in columns
        if one.newest
        and freshness.is_inspected(one.kind, one.rhythm)
        and freshness.rule_ends(one.kind, one.newest) <= now
    ]
    neglected = [one for one in columns if (until := _ends(one)) and until <= now]
    rules = (
        Rule("stale", len(stale), freshness.MOST_STALE),
        Rule("neglected", len(neglected), freshness.MOST_NEGLECTED),
        Rule("empty", sum(not one.articles for one in columns), freshness.MOST_EMPTY),
    )
    newest = max((one.newest for one in columns if one.newest), default=None)
    home = freshness.home_ends(newest) if newest else None
    return SiteHealth(pk, name, rules, home, home is None or home <= now)
