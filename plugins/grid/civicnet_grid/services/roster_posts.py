"""The posts of a roster: who stays, who takes which post, and whose post ends for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civicnet_grid.errors import RosterFault
from civicnet_grid.models import Duty, Grid, Post, PostKind, Worker
from civicnet_grid.roster import RosterRow

DUTIES = {"A": Duty.PRIMARY, "B": Duty.BACKUP}


class Slot(NamedTuple):
    """One post of a grid, whoever holds it."""

    grid: int
    level: int
    seat: int
    duty: str


@dataclass(slots=True)
class Settled:
    """Posts that ended, and posts that began or got another first day."""

    ended: list[Post] = field(default_factory=list)
    touched: list[Post] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """Current holders, and which slot each row is going to have."""

    held: dict[Slot, Post]
    by_worker: dict[int, list[Post]]
    taken: dict[Slot, RosterRow] = field(default_factory=dict)

    def take(self, slot: Slot, row: RosterRow) -> None:
        """Give the row this slot."""
        if slot in self.taken:
            sentence = _("this post is already taken by row %(other)d.") % {"other": self.taken[slot].row}
            raise RosterFault(row.row, sentence, field="duty" if row.level > 1 else "level", code="POST_TWICE")
        self.taken[slot] = row

    def holds(self, worker: Worker, slot: Slot) -> bool:
        """Whether the worker holds the slot already."""
        return slot in self.held and self.held[slot].worker_id == worker.pk


def settle_posts(rows: Sequence[RosterRow], grids: dict[str, Grid], workers: dict[int, Worker]) -> Settled:
    """Give every row its post. Holders who have to go end the day before; nothing is overwritten.

    Raises:
        RosterFault: two rows claim one post.
    """
    current = Post.objects.filter(
        Q(grid__in=[grid.pk for grid in grids.values()]) | Q(worker__in=[worker.pk for worker in workers.values()]),
        valid_to__isnull=True,
    )
    plan = Plan(held={}, by_worker={})
    for post in current:
        plan.held[_slot_of(post)] = post
        plan.by_worker.setdefault(post.worker_id, []).append(post)
    _claim(plan, rows, grids)
    waiting = _stay(plan, rows, grids, workers)
    _fill(plan, waiting, grids, workers)
    return _write(plan, workers)


def _slot_of(post: Post) -> Slot:
    return Slot(post.grid_id, post.level, post.seat, post.duty)


def _claims(row: RosterRow) -> bool:
    return row.level == 1 or row.seat is not None


def _claim(plan: Plan, rows: Sequence[RosterRow], grids: dict[str, Grid]) -> None:
    for row in filter(_claims, rows):
        plan.take(Slot(grids[row.grid_code].pk, row.level, row.seat or 1, DUTIES[row.duty or "A"]), row)


def _stay(plan: Plan, rows: Sequence[RosterRow], grids: dict[str, Grid], workers: dict[int, Worker]) -> list[RosterRow]:
    waiting = []
    for row in rows:
        if _claims(row):
            continue
        own = [_slot_of(post) for post in plan.by_worker.get(workers[row.row].pk, [])]
        for slot in sorted(own):
            same_place = (slot.grid, slot.level) == (grids[row.grid_code].pk, row.level)
            if same_place and slot not in plan.taken and (row.duty is None or DUTIES[row.duty] == slot.duty):
                plan.take(slot, row)
                break
        else:
            waiting.append(row)
    return waiting


def _fill(plan: Plan, waiting: list[RosterRow], grids: dict[str, Grid], workers: dict[int, Worker]) -> None:
    movers = {workers[row.row].pk for row in waiting} | {
        workers[row.row].pk for slot, row in plan.taken.items() if not plan.holds(workers[row.row], slot)
    }
    for row in waiting:
        duties = [DUTIES[row.duty]] if row.duty else [Duty.PRIMARY, Duty.BACKUP]
        slots = (Slot(grids[row.grid_code].pk, row.level, seat, duty) for seat in count(1) for duty in duties)
        # A post is free, too, when its holder is in this roster and moves elsewhere.
        plan.take(
            next(
                slot
                for slot in slots
                if slot not in plan.taken and (slot not in plan.held or plan.held[slot].worker_id in movers)
            ),
            row,
        )


def _write(plan: Plan, workers: dict[int, Worker]) -> Settled:
    done = Settled()
    moved: list[Post] = []
    begun: list[Post] = []
    for slot, row in plan.taken.items():
        worker, holder = workers[row.row], plan.held.get(slot)
        if holder is not None and plan.holds(worker, slot):
            if holder.valid_from != row.since:
                holder.valid_from = row.since
                moved.append(holder)
            continue
        leaving = [post for post in plan.by_worker.get(worker.pk, []) if _slot_of(post) not in plan.taken]
        for post in [*leaving, *([holder] if holder else [])]:
            _end(post, row.since, done)
        begun.append(_begin(slot, worker, row.since))
    # Endings first: they free the posts that others begin.
    Post.objects.bulk_create(
        [*done.ended, *moved],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["valid_from", "valid_to"],
    )
    Post.objects.bulk_create(begun)
    done.touched = [*moved, *begun]
    return done


def _begin(slot: Slot, worker: Worker, since: date) -> Post:
    kind = PostKind.GRID_LEAD if slot.level == 1 else PostKind.GRID_WORKER
    return Post(
        grid_id=slot.grid,
        level=slot.level,
        kind=kind,
        seat=slot.seat,
        duty=slot.duty,
        worker=worker,
        valid_from=since,
    )


def _end(post: Post, successor_since: date, done: Settled) -> None:
    if post.valid_to is None:
        # A successor dated before the holder's own first day leaves the holder that one day.
        post.valid_to = max(post.valid_from, successor_since - timedelta(days=1))
        done.ended.append(post)
