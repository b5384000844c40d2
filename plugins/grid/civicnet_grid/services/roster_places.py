"""The communities and grids of a roster: what its codes mean today, asked before any row is applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from civicnet.access.division_codes import Numbered
from civicnet.contract import Actor, require
from civicnet_grid.errors import GridCodeInvalid, RosterFault
from civicnet_grid.permissions import can_import_roster
from civicnet_grid.places import SENTENCES, Places, Spot
from civicnet_grid.roster import RosterRow
from civicnet_grid.roster_people import Person
from civicnet_grid.services.grids import is_grid_code

# What an error is called whose sentence is about the community; one about the grid's code is ``GridCodeInvalid``.
_CODES = {"unknown_code": "ORGANISATION_UNKNOWN", "organisation_closed": "ORGANISATION_CLOSED"}


@dataclass(frozen=True, slots=True)
class RosterPlaces:
    """The communities of a roster by their present codes, and by code the grids that went up with another community."""

    communities: Mapping[str, Numbered]
    kept_by: Mapping[str, int]

    def community(self, row: RosterRow) -> Numbered:
        """The community that the row's grid is served by today."""
        return self.communities[row.organisation_code]

    def belongs_to(self, row: RosterRow, person: Person | None = None) -> int:
        """The key of the organisation to which the row's person belongs.

        Whoever came with a grid when its community went up in another stays with that one's record, as the grid does.
        """
        if person is not None and self.kept_by and self.kept_by.get(row.grid_code) == person.organisation:
            return person.organisation
        return self.community(row).pk


def place_rows(rows: Sequence[RosterRow], actor: Actor) -> tuple[RosterPlaces, Sequence[RosterRow]]:
    """Find where the rows belong; returns that, and the rows with the codes of today.

    Raises:
        RosterFault: a code names no open community or village, or a grid's code does not belong to it.
        Refused: one of them lies outside the actor's organisations.
    """
    known, kept_by = Places(), dict[str, int]()
    named = {(row.organisation_code, row.grid_code) for row in rows}
    if bad := {grid for _community, grid in named if not is_grid_code(grid)}:
        row = next(row for row in rows if row.grid_code in bad)
        raise RosterFault(row.row, GridCodeInvalid.message, field="grid_code", code=GridCodeInvalid.code)
    others = set(known.look_up(named))
    communities = {code: place for code, _grid in named if (place := known.plain(code, None))}
    placed = list(rows)
    for at, row in enumerate(rows) if others else ():
        if (row.organisation_code, row.grid_code) in others:
            spot = _spot(row, known)
            if (row.organisation_code, row.grid_code) != (spot.place.code, spot.grid_code):
                placed[at] = row._replace(organisation_code=spot.place.code, grid_code=spot.grid_code)
            communities[spot.place.code] = spot.place
            if spot.owner and spot.owner.pk != spot.place.pk:
                kept_by[spot.grid_code] = spot.owner.pk
    for place in communities.values():
        require(can_import_roster(actor, place.path))
    return RosterPlaces(communities, kept_by), placed


def _spot(row: RosterRow, known: Places) -> Spot:
    found = known.roster_spot(row.organisation_code, row.grid_code)
    if isinstance(found, Spot):
        return found
    if found is None or (found.code == "unknown_code" and not found.of_grid):
        sentence: Any = _("there is no community or village with this code.")
    else:
        sentence = SENTENCES[found.code] % found.params if found.code in SENTENCES else GridCodeInvalid.message
    field = "grid_code" if found and found.of_grid else "organisation_code"
    code = _CODES.get(found.code) if found and not found.of_grid else GridCodeInvalid.code
    raise RosterFault(row.row, sentence, field=field, code=code)
