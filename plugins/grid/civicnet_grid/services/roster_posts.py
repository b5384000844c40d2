"""The posts of a roster: who stays, who takes which post, and whose post ends for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import NamedTuple

from django.db.models import Case, Count, F, IntegerField, Max, Q, When
from django.utils.translation import gettext_lazy as _

from civicnet.contract import Actor
from civicnet.ledger.among import Among
from civicnet.ledger.bulk import add_rows, change_rows
from civicnet_grid.errors import RosterFault
from civicnet_grid.models import Duty, Post, PostKind
from civicnet_grid.roster import RosterRow
from civicnet_grid.roster_people import Person

DUTIES = {"A": Duty.PRIMARY.value, "B": Duty.BACKUP.value}
BOTH = [*DUTIES.values()]
LEAD, WORKER = PostKind.GRID_LEAD.value, PostKind.GRID_WORKER.value


class Slot(NamedTuple):
    """One post of a grid, whoever holds it."""

    grid: int
    level: int
    seat: int
    duty: str


class Holding(NamedTuple):
    """Who holds a post now, and since when."""

    post: int
    worker: int
    since: date


@dataclass(slots=True)
class Plan:
    """Current holders, which slot each row is going to have, and the workers by row; those who are new come last."""

    workers: dict[int, int]
    held: dict[Slot, Holding] = field(default_factory=dict)
    by_worker: dict[int, list[Slot]] = field(default_factory=dict)
    taken: dict[Slot, RosterRow] = field(default_factory=dict)
    # Rows that take the first post that is free.
    waiting: list[RosterRow] = field(default_factory=list)
    # How many posts of a grid's level are held without a gap, from A of pair 1 on.
    filled: dict[tuple[int, int], int] = field(default_factory=dict)

    def take(self, slot: Slot, row: RosterRow) -> None:
        """Give the row this slot."""
        if slot in self.taken:
            sentence = _("this post is already taken by row %(other)d.") % {"other": self.taken[slot].row}
            raise RosterFault(row.row, sentence, field="duty" if row.level > 1 else "level", code="POST_TWICE")
        self.taken[slot] = row

    def hold(self, slot: Slot, holder: Holding) -> None:
        """Note who holds a slot now."""
        if slot not in self.held:
            self.held[slot] = holder
            self.by_worker.setdefault(holder.worker, []).append(slot)

    def holds(self, row: RosterRow, slot: Slot) -> bool:
        """Whether the row's person holds the slot already."""
        return slot in self.held and self.held[slot].worker == self.workers[row.row]


def plan_posts(rows: Sequence[RosterRow], grids: Mapping[str, int], known: Mapping[int, Person]) -> Plan:
    """Read who holds what, and give a post to each row that claims one, or whose person stays; ``known`` are people by row.

    Of a grid with many posts only those are read that a row may touch.

    Raises:
        RosterFault: two rows claim one post.
    """
    plan = Plan({row: person.pk for row, person in known.items()})
    claimed = {grids[row.grid_code] for row in rows if _claims(row)}
    for person in known.values():
        for one in person.posts:
            slot = Slot(one.grid, one.level, one.seat, one.duty)
            plan.hold(slot, Holding(one.pk, person.pk, one.since))
    if claimed:
        _read(plan, Q(Among("grid", claimed)))
    _claim(plan, rows, grids)
    plan.waiting = _stay(plan, rows, grids)
    if plan.waiting:
        _count(plan, {grids[row.grid_code] for row in plan.waiting} - claimed)
    return plan


def settle_posts(plan: Plan, grids: Mapping[str, int], added: Mapping[int, int], actor: Actor) -> set[int]:
    """Give every row its post; returns the workers whose post began or got another first day. ``added`` came since the plan.

    Holders who have to go end the day before; nothing is overwritten.
    """
    plan.workers |= added
    if plan.waiting:
        _fill(plan, plan.waiting, grids)
    return _write(plan, actor)


def _read(plan: Plan, which: Q) -> None:
    current = Post.objects.filter(which, valid_to__isnull=True)
    for post, worker, since, grid, level, seat, duty in current.values_list(
        "pk", "worker", "valid_from", "grid", "level", "seat", "duty"
    ):
        plan.hold(Slot(grid, level, seat, duty), Holding(post, worker, since))


def _count(plan: Plan, grids: set[int]) -> None:
    """How many posts are held in these grids, at each level from the first on; all that are, where one between is free."""
    place = F("seat") * 2 + Case(When(duty=Duty.BACKUP, then=1), default=0) - 1
    held = Post.objects.filter(Among("grid", grids), valid_to__isnull=True).order_by()
    counts = held.values_list("grid", "level").annotate(
        number=Count("pk"), last=Max(place, output_field=IntegerField())
    )
    gaps = set()
    for grid, level, number, last in counts:
        if number == last:
            plan.filled[grid, level] = number
        else:
            gaps.add(grid)
    if gaps:
        _read(plan, Q(Among("grid", gaps)))


def _claims(row: RosterRow) -> bool:
    return row.level == 1 or row.seat is not None


def _claim(plan: Plan, rows: Sequence[RosterRow], grids: Mapping[str, int]) -> None:
    for row in filter(_claims, rows):
        plan.take(Slot(grids[row.grid_code], row.level, row.seat or 1, DUTIES[row.duty or "A"]), row)


def _stay(plan: Plan, rows: Sequence[RosterRow], grids: Mapping[str, int]) -> list[RosterRow]:
    waiting = []
    for row in rows:
        if _claims(row):
            continue
        for slot in sorted(_held_by(plan, row)):
            same_place = (slot.grid, slot.level) == (grids[row.grid_code], row.level)
            if same_place and slot not in plan.taken and (row.duty is None or DUTIES[row.duty] == slot.duty):
                plan.take(slot, row)
                break
        else:
            waiting.append(row)
    return waiting


def _held_by(plan: Plan, row: RosterRow) -> Sequence[Slot]:
    # Whoever is new, and has no key yet, holds nothing.
    return plan.by_worker.get(plan.workers.get(row.row, 0), ())


def _fill(plan: Plan, waiting: list[RosterRow], grids: Mapping[str, int]) -> None:
    movers = {plan.workers[row.row] for row in waiting}
    movers |= {plan.workers[row.row] for slot, row in plan.taken.items() if not plan.holds(row, slot)}
    # Where the search for a free post goes on: what was taken once stays taken.
    begin: dict[tuple[int, int], int] = {}
    freed = {(slot.grid, slot.level) for slot, holder in plan.held.items() if holder.worker in movers}
    for row in waiting:
        grid = grids[row.grid_code]
        duties = [DUTIES[row.duty]] if row.duty else BOTH
        place = (grid, row.level)
        first = 1 if place in freed else plan.filled.get(place, 0) // 2 + 1
        for seat in count(first if row.duty else begin.get(place, first)):
            slots = [Slot(grid, row.level, seat, duty) for duty in duties]
            if not row.duty:
                begin[place] = seat
            # A post is free, too, when its holder is in this roster and moves elsewhere.
            if free := next((one for one in slots if _is_free(plan, one, movers)), None):
                plan.take(free, row)
                break


def _is_free(plan: Plan, slot: Slot, movers: set[int]) -> bool:
    if slot in plan.taken:
        return False
    if slot in plan.held:
        return plan.held[slot].worker in movers
    return slot.seat * 2 - (slot.duty == BOTH[0]) > plan.filled.get((slot.grid, slot.level), 0)


def _write(plan: Plan, actor: Actor) -> set[int]:
    moved: list[tuple[Holding, RosterRow]] = []
    begun: list[tuple[Slot, RosterRow]] = []
    ended: dict[int, tuple[date, int]] = {}
    for slot, row in plan.taken.items():
        holder = plan.held.get(slot)
        if holder is not None and plan.holds(row, slot):
            if holder.since != row.since:
                moved.append((holder, row))
            continue
        leaving = [plan.held[one] for one in _held_by(plan, row) if one not in plan.taken]
        for post in [*leaving, *([holder] if holder else [])]:
            # A successor dated before the holder's own first day leaves the holder that one day.
            ended.setdefault(post.post, (max(post.since, row.since - timedelta(days=1)), row.row))
        begun.append((slot, row))
    # Endings first: they free the posts that others begin.
    _end(ended, actor)
    _move(moved, actor)
    _begin(plan, begun, actor)
    return {plan.workers[row.row] for _one, row in (*moved, *begun)}


def _end(ended: Mapping[int, tuple[date, int]], actor: Actor) -> None:
    change_rows(
        actor=actor,
        model=Post,
        fields=["valid_to"],
        keys=[*ended],
        rows=[(day,) for day, _row in ended.values()],
        before=[(None,)] * len(ended),
        origins=[row for _day, row in ended.values()],
    )


def _move(moved: Sequence[tuple[Holding, RosterRow]], actor: Actor) -> None:
    change_rows(
        actor=actor,
        model=Post,
        fields=["valid_from"],
        keys=[holder.post for holder, _row in moved],
        rows=[(row.since,) for _holder, row in moved],
        before=[(holder.since,) for holder, _row in moved],
        origins=[row.row for _holder, row in moved],
    )


def _begin(plan: Plan, begun: Sequence[tuple[Slot, RosterRow]], actor: Actor) -> None:
    add_rows(
        actor=actor,
        model=Post,
        fields=["grid_id", "level", "seat", "duty", "kind", "worker_id", "valid_from"],
        rows=[(*slot, LEAD if slot.level == 1 else WORKER, plan.workers[row.row], row.since) for slot, row in begun],
        origins=[row.row for _slot, row in begun],
    )
