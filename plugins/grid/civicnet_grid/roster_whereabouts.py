"""Where the rows of a roster belong, while its sheet is being read: what was written is brought to the codes of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from civicnet.access.scope import covers
from civicnet.contract import Actor
from civicnet.exchange.hints import Hints
from civicnet.exchange.matching import Held
from civicnet.exchange.resource import Draft, TypedRow
from civicnet_grid.permissions import IMPORT_ROSTER
from civicnet_grid.places import OWNER_LENGTH, Misplaced, Named, Places, Spot
from civicnet_grid.selectors import places_to_import


class Whereabouts:
    """The communities and grids of one sheet."""

    def __init__(self) -> None:
        self._places = Places()
        self._hints = Hints()

    def look_up(self, drafts: Sequence[Draft], actor: Actor) -> None:
        """Find what a chunk names; rows that say a code of former days say that of today from here on, with a note."""
        others = set(self._places.look_up({_named(one) for one in drafts}))
        if self._places.has_unknown():
            self._hints.offer(lambda: places_to_import(actor))
        if others:
            for draft in drafts:
                if (named := _named(draft)) in others:
                    _bring_up_to_date(draft, self._places.roster_spot(*named))
            # What the rows say by now is asked for from here on.
            self._places.look_up({_named(one) for one in drafts})

    def check(self, draft: Draft, actor: Actor) -> None:
        """A row has to belong to an open community in the actor's area, and its grid to that community."""
        given, grid = _named(draft)
        place = self._places.plain(given, grid)
        if place is None:
            spot = self._places.roster_spot(given, grid)
            if isinstance(spot, Misplaced):
                self._tell(draft, spot)
            if not isinstance(spot, Spot):
                return
            place = spot.place
        if not covers(actor, IMPORT_ROSTER, place.path):
            draft.fault("community_code", "out_of_scope")
        elif not given and "community_code" in draft.values:
            draft.values["community_code"] = place.code
            draft.note("community_code", "derived_from_grid_code")

    def at_home(self, rows: Sequence[Draft | TypedRow], held: dict[int, list[Held]]) -> Mapping[int, Sequence[Held]]:
        """What is held of people; who came with a grid when its community went up in another is held as that one's."""
        others = [row for row in rows if row.row in held and not _begins(*_named(row))]
        if others:
            self._places.look_up({_named(row) for row in others})
        for row in others:
            spot = self._places.roster_spot(*_named(row))
            if isinstance(spot, Spot) and spot.owner and spot.owner.pk != spot.place.pk:
                held[row.row] = [_taken_over(one, spot.owner.code, spot.place.code) for one in held[row.row]]
        return held

    def _tell(self, draft: Draft, wrong: Misplaced) -> None:
        given, grid = _named(draft)
        code = (grid or "")[:OWNER_LENGTH] if wrong.of_grid else given
        near = self._hints.near(draft.values.get("community") or code or "") if wrong.code == "unknown_code" else {}
        draft.fault("grid_code" if wrong.of_grid else "community_code", wrong.code, **wrong.params, **near)


def _named(row: Draft | TypedRow) -> Named:
    return row.values.get("community_code"), row.values.get("grid_code")


def _begins(community: str | None, grid: str | None) -> bool:
    return not community or not grid or grid.startswith(community)


def _bring_up_to_date(draft: Draft, spot: Spot | Misplaced | None) -> None:
    if not isinstance(spot, Spot):
        return
    community, grid = _named(draft)
    if community and community != spot.place.code:
        draft.values["community_code"] = spot.place.code
        draft.note("community_code", "present_code", code=spot.place.code)
    if grid and grid != spot.grid_code:
        draft.values["grid_code"] = spot.grid_code
        draft.note("grid_code", "present_grid_code", code=spot.grid_code)


def _taken_over(held: Held, former: str, present: str) -> Held:
    if held.values["community_code"] != former:
        return held
    return replace(held, values={**held.values, "community_code": present})
