"""Rosters: many rows in one act, in a number of statements that does not grow with them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from civicnet.contract import Actor
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from civicnet_grid.events import RosterApplied
from civicnet_grid.models import Grid
from civicnet_grid.roster import RosterResult, RosterRow
from civicnet_grid.services.roster_checks import check_rows
from civicnet_grid.services.roster_grids import settle_grids
from civicnet_grid.services.roster_places import place_rows
from civicnet_grid.services.roster_plan import plan_posts
from civicnet_grid.services.roster_posts import settle_posts
from civicnet_grid.services.roster_workers import LockedPeople, people_of, recognise, settle_workers


@transaction.atomic
def apply_roster(*, rows: Sequence[RosterRow], actor: Actor, people: LockedPeople | None = None) -> RosterResult:
    """Apply rows of a roster: open missing grids, add or update workers by ID number, and give them their posts.

    Nobody loses a post because a file does not name them: a holder ends only when a row claims their very post, when they
    move, or when a grid gets another lead. Applying the same rows again changes nothing. ``people`` are those of these rows, if
    the caller has had them locked by ``lock_people`` in this transaction.

    Raises:
        Refused: a row lies outside the actor's organisations.
        RosterFault: a row breaks a rule; no row was applied.
    """
    if not rows:
        return RosterResult(created=0, changed=0, unchanged=0)
    places, rows = place_rows(rows, actor)
    check_rows(rows)
    # People first: that takes the lock under which another import of this city waits.
    people = people or people_of(rows)
    grids, opened = settle_grids(rows, places, actor)
    found = recognise(rows, places, actor, people)
    # What posts need to know is asked before people are sent, so that they are planned while the database takes these.
    plan = plan_posts(rows, grids, found.known)
    workers = settle_workers(found, places, actor, people.series)
    moved = settle_posts(plan, grids, workers.added, actor)

    created, changed = len(workers.added), len((workers.changed | moved.workers) - {*workers.added.values()})
    unchanged, displaced = len(rows) - created - changed, tuple(moved.displaced)
    result = RosterResult(created=created, changed=changed, unchanged=unchanged, displaced=displaced)
    _record_call(rows, grids, len(opened), result, actor)
    return result


def _record_call(
    rows: Sequence[RosterRow], grids: dict[str, int], opened: int, result: RosterResult, actor: Actor
) -> None:
    counts = {"created": result.created, "changed": result.changed, "unchanged": result.unchanged}
    record(
        actor=actor,
        action="grid.apply_roster",
        subject=Grid.objects.get(pk=grids[rows[0].grid_code]),
        after={"first_row": rows[0].row, "last_row": rows[-1].row, "grids_opened": opened, **counts},
    )
    announce(RosterApplied(grid_codes=tuple(sorted(grids)), **counts))
