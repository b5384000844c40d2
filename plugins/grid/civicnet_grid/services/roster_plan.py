"""The plan of a roster's posts: who holds which one now or from an announced day on, and which row claims or keeps which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from django.db.models import Case, Count, F, IntegerField, Max, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicnet.ledger.among import Among
from civicnet_grid.errors import RosterFault
from civicnet_grid.models import Duty, Post
from civicnet_grid.models.post import not_over
from civicnet_grid.roster import RosterRow
from civicnet_grid.roster_people import Person

DUTIES = {"A": Duty.PRIMARY.value, "B": Duty.BACKUP.value}


class Slot(NamedTuple):
    """One post of a grid, whoever holds it."""

    grid: int
    level: int
    seat: int
    duty: str


class Holding(NamedTuple):
    """Who holds a post, since when, and until when where a last day is announced."""

    post: int
    worker: int
    since: date
    until: date | None


@dataclass(slots=True)
class Plan:
    """Holders of posts, which slot each row is going to have, and the workers by row; those who are new come last.

    A slot has more than one holder where one has a last day and another begins after it.
    """

    workers: dict[int, int]
    holders: dict[Slot, list[Holding]] = field(default_factory=dict)
    by_worker: dict[int, list[tuple[Slot, Holding]]] = field(default_factory=dict)
    # Each with the post that the row's person holds there already, if they do, and without a last day.
    taken: dict[Slot, tuple[RosterRow, Holding | None]] = field(default_factory=dict)
    # Posts with an announced last day whose holder the row names: they stay until that day.
    kept: list[tuple[Holding, RosterRow]] = field(default_factory=list)
    # Rows that take the first post that is free.
    waiting: list[RosterRow] = field(default_factory=list)
    # How many posts of a grid's level are held without a gap, from A of pair 1 on.
    filled: dict[tuple[int, int], int] = field(default_factory=dict)

    def hold(self, slot: Slot, holder: Holding) -> None:
        """Note who holds a slot."""
        there = self.holders.setdefault(slot, [])
        if holder not in there:
            there.append(holder)
            self.by_worker.setdefault(holder.worker, []).append((slot, holder))

    def held_by(self, row: RosterRow) -> Sequence[tuple[Slot, Holding]]:
        """What the row's person holds; whoever is new, and has no key yet, holds nothing."""
        return self.by_worker.get(self.workers.get(row.row, 0), ())

    def others(self, row: RosterRow, slot: Slot) -> list[Holding]:
        """Who else holds the slot."""
        me = self.workers.get(row.row)
        return [one for one in self.holders.get(slot, ()) if one.worker != me]

    def stay(self, row: RosterRow, slot: Slot) -> bool:
        """Leave the row's person in this slot if they hold it: for good, or until the last day that is announced."""
        for at, holder in self.held_by(row):
            if at == slot and holder.until is None:
                self.take(slot, row, holder)
                return True
            if at == slot and holder.until is not None and row.since <= holder.until:
                self.kept.append((holder, row))
                return True
        return False

    def take(self, slot: Slot, row: RosterRow, own: Holding | None = None) -> None:
        """Give the row this slot, which its person may hold already.

        Raises:
            RosterFault: another row has it.
        """
        if slot in self.taken:
            sentence = _("this post is already taken by row %(other)d.") % {"other": self.taken[slot][0].row}
            raise RosterFault(row.row, sentence, field=_field(row), code="POST_TWICE")
        self.taken[slot] = (row, own)


def plan_posts(rows: Sequence[RosterRow], grids: Mapping[str, int], known: Mapping[int, Person]) -> Plan:
    """Read who holds what, and give a post to each row that claims one, or whose person stays; ``known`` are people by row.

    Of a grid with many posts only those are read that a row may touch.

    Raises:
        RosterFault: two rows claim one post, or a row claims one for which somebody else is announced.
    """
    plan, today = Plan({row: person.pk for row, person in known.items()}), timezone.localdate()
    claimed = {grids[row.grid_code] for row in rows if _claims(row)}
    for person in known.values():
        for one in person.posts:
            plan.hold(Slot(one.grid, one.level, one.seat, one.duty), Holding(one.pk, person.pk, one.since, one.until))
    if claimed:
        _read(plan, Q(Among("grid", claimed)), today)
    for row in filter(_claims, rows):
        slot = Slot(grids[row.grid_code], row.level, row.seat or 1, DUTIES[row.duty or "A"])
        if not plan.stay(row, slot):
            _refuse_before_a_successor(plan, row, slot, today)
            plan.take(slot, row)
    plan.waiting = [row for row in rows if not (_claims(row) or _stay(plan, row, grids))]
    if plan.waiting:
        _count(plan, {grids[row.grid_code] for row in plan.waiting} - claimed, today)
    return plan


def _read(plan: Plan, which: Q, today: date) -> None:
    held = Post.objects.filter(which, not_over(today))
    for one in held.values_list("grid", "level", "seat", "duty", "pk", "worker", "valid_from", "valid_to"):
        holder = Holding(*one[4:])
        # What ended on its first day was put elsewhere, or replaced, on that very day.
        if holder.since != holder.until:
            plan.hold(Slot(*one[:4]), holder)


def _count(plan: Plan, grids: set[int], today: date) -> None:
    """How many posts are held in these grids, at each level from the first on; all that are, where that is not so plain."""
    place = F("seat") * 2 + Case(When(duty=Duty.BACKUP, then=1), default=0) - 1
    held = Post.objects.filter(Among("grid", grids), not_over(today)).order_by()
    counts = held.values_list("grid", "level").annotate(
        number=Count(place, distinct=True), rows=Count("pk"), last=Max(place, output_field=IntegerField())
    )
    gaps = set()
    for grid, level, number, rows, last in counts:
        # Of a post that two people hold, one after the other, both have to be known.
        if rows == number == last:
            plan.filled[grid, level] = number
        else:
            gaps.add(grid)
    if gaps:
        _read(plan, Q(Among("grid", gaps)), today)


def _claims(row: RosterRow) -> bool:
    return row.level == 1 or row.seat is not None


def _refuse_before_a_successor(plan: Plan, row: RosterRow, slot: Slot, today: date) -> None:
    # Whoever is announced would lose the post before they had it.
    coming = [one for one in plan.others(row, slot) if one.since > today and one.until is None]
    announced = [one.since for one in coming if one.since >= row.since]
    if announced:
        sentence = _("somebody else is announced for this post from %(day)s on; end that first.")
        day = {"day": min(announced).isoformat()}
        raise RosterFault(row.row, sentence % day, field=_field(row), code="SUCCESSOR_ANNOUNCED")


def _field(row: RosterRow) -> str:
    return "duty" if row.level > 1 else "level"


def _stay(plan: Plan, row: RosterRow, grids: Mapping[str, int]) -> bool:
    place, held = (grids[row.grid_code], row.level), plan.held_by(row)
    for slot, holder in sorted(held, key=itemgetter(0)) if len(held) > 1 else held:
        fits = slot[:2] == place and (row.duty is None or DUTIES[row.duty] == slot.duty)
        # What a row claims, it gets.
        if fits and (holder.until is not None or slot not in plan.taken) and plan.stay(row, slot):
            return True
    return False
