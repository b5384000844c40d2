"""The posts of a roster: who takes which post that is free, and whose post ends for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import count
from typing import NamedTuple

from civicnet.contract import Actor
from civicnet.ledger.bulk import add_rows, change_rows
from civicnet_grid.models import Post, PostKind
from civicnet_grid.roster import Displaced, RosterRow
from civicnet_grid.services.roster_plan import DUTIES, Holding, Plan, Slot

BOTH = [*DUTIES.values()]
LEAD, WORKER = PostKind.GRID_LEAD.value, PostKind.GRID_WORKER.value


class Ending(NamedTuple):
    """A post that ends, on which day, and for which row of the file."""

    holder: Holding
    last: date
    row: int


class Moved(NamedTuple):
    """The workers whose post began or got another first day, and who lost a post to a row and has none beside it."""

    workers: set[int]
    displaced: list[Displaced]


def settle_posts(plan: Plan, grids: Mapping[str, int], added: Mapping[int, int], actor: Actor) -> Moved:
    """Give every row its post; ``added`` are the workers who came since the plan, by row.

    Holders who have to go end the day before; nothing is overwritten.
    """
    plan.workers |= added
    if plan.waiting:
        _fill(plan, plan.waiting, grids)
    return _write(plan, actor)


def _fill(plan: Plan, waiting: list[RosterRow], grids: Mapping[str, int]) -> None:
    movers = {plan.workers[row.row] for row in waiting}
    movers |= {plan.workers[row.row] for row, own in plan.taken.values() if own is None}
    # Where the search for a free post goes on: what was taken once stays taken.
    begin: dict[tuple[int, int], int] = {}
    freed = {slot[:2] for one in movers for slot, _holder in plan.by_worker.get(one, ())}
    for row in waiting:
        grid = grids[row.grid_code]
        duties = [DUTIES[row.duty]] if row.duty else BOTH
        place = (grid, row.level)
        first = 1 if place in freed else plan.filled.get(place, 0) // 2 + 1
        for seat in count(first if row.duty else begin.get(place, first)):
            slots = [Slot(grid, row.level, seat, duty) for duty in duties]
            if not row.duty:
                begin[place] = seat
            # A post is free, too, when its holders are in this roster and move elsewhere.
            if free := next((one for one in slots if _is_free(plan, one, movers)), None):
                plan.take(free, row)
                break


def _is_free(plan: Plan, slot: Slot, movers: set[int]) -> bool:
    if slot in plan.taken:
        return False
    if there := plan.holders.get(slot):
        return all(one.worker in movers for one in there)
    return slot.seat * 2 - (slot.duty == BOTH[0]) > plan.filled.get((slot.grid, slot.level), 0)


def _write(plan: Plan, actor: Actor) -> Moved:
    moved = [(holder, row) for holder, row in plan.kept if holder.since != row.since]
    begun: list[tuple[Slot, RosterRow]] = []
    ended: dict[int, Ending] = {}
    for slot, (row, own) in plan.taken.items():
        if own is not None:
            if own.since == row.since:
                continue
            moved.append((own, row))
            if own.since < row.since:
                continue
        else:
            begun.append((slot, row))
        # Whoever was there, or where the person was themselves, goes the day before; also for a post that begins earlier now.
        leaving = [holder for one, holder in plan.held_by(row) if one != slot]
        for holder in (*leaving, *plan.others(row, slot)):
            # A successor dated before the holder's own first day leaves the holder that one day.
            last = max(holder.since, row.since - timedelta(days=1))
            if holder.until is not None and holder.until <= last:
                continue
            # Of two rows for which it ends, such as a lead's successor and the lead's own move, the earlier day counts.
            if (other := ended.get(holder.post)) is None or last < other.last:
                ended[holder.post] = Ending(holder, last, row.row)
    # Endings first: they free the posts that others begin.
    _end([*ended.values()], actor)
    _move(moved, actor)
    _begin(plan, begun, actor)
    return Moved({plan.workers[row.row] for _one, row in (*moved, *begun)}, _displaced(plan, ended))


def _displaced(plan: Plan, ended: Mapping[int, Ending]) -> list[Displaced]:
    # Who stands in the roster themselves is told of by their own row.
    here = {*plan.workers.values()} if ended else set()
    return [Displaced(one.row, one.holder.worker) for one in ended.values() if one.holder.worker not in here]


def _end(ended: Sequence[Ending], actor: Actor) -> None:
    change_rows(
        actor=actor,
        model=Post,
        fields=["valid_to"],
        keys=[one.holder.post for one in ended],
        rows=[(one.last,) for one in ended],
        before=[(one.holder.until,) for one in ended],
        origins=[one.row for one in ended],
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
