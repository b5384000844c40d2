"""Campaign boards: what is planned for the topics of a campaign, phase by phase, and how far each phase has come."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from civicnet_publicity.models import Phase, PlannedArticle, PlanState
from civicnet_publicity.selectors import watching
from civicnet_publicity.selectors.watching import Watched


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is planned."""

    plan: PlannedArticle
    today: date

    @property
    def is_done(self) -> bool:
        """Whether readers can see it, or somebody said why it is done."""
        return self.plan.state == PlanState.DONE

    @property
    def is_late(self) -> bool:
        """Whether its day has passed."""
        return not self.is_done and self.plan.due_on < self.today

    @property
    def urgency(self) -> tuple[int, Any]:
        """Late ones first, then by their day; what is done comes last, the newest first."""
        if self.is_done:
            return 1, -(self.plan.done_at.timestamp() if self.plan.done_at else 0)
        return 0, self.plan.due_on


@dataclass(frozen=True, slots=True)
class Lane:
    """One phase of a campaign. ``is_now``: its column is in it."""

    phase: Phase
    entries: Sequence[Entry]
    is_now: bool

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(one.is_done for one in self.entries)

    @property
    def late(self) -> int:
        """How many should be done by now and are not."""
        return sum(one.is_late for one in self.entries)

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return round(100 * self.done / len(self.entries)) if self.entries else 0


@dataclass(frozen=True, slots=True)
class Campaign:
    """One column of a campaign with its three phases."""

    column: Watched
    site: str
    lanes: Sequence[Lane]

    @property
    def late(self) -> int:
        """How many should be done by now and are not."""
        return sum(one.late for one in self.lanes)


def campaign_board(*, visible: AbstractSet[int]) -> list[Campaign]:
    """The campaigns among these columns, those with late entries first. Seven statements, however many there are."""
    today = timezone.localdate()
    columns = [column for column in watching.watched_columns() if column.id in visible]
    plans: dict[tuple[int, str], list[Entry]] = {}
    for plan in watching.plans_of_campaigns([column.id for column in columns]):
        plans.setdefault((plan.column_id, plan.phase), []).append(Entry(plan, today))
    names, planned = watching.site_names(), {column for column, _phase in plans}
    found = [
        Campaign(column, names.get(column.site or 0, ""), _lanes(column, plans))
        for column in columns
        if column.phase or column.id in planned
    ]
    return sorted(found, key=lambda one: -one.late)


def _lanes(column: Watched, plans: dict[tuple[int, str], list[Entry]]) -> list[Lane]:
    return [
        Lane(phase, sorted(plans.get((column.id, phase.value), ()), key=lambda one: one.urgency), phase == column.phase)
        for phase in Phase
    ]
