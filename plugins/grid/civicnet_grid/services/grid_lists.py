"""Lists of grids: many opened and corrected in one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.access.division_codes import Numbered
from civicnet.contract import Actor, InvalidInput, require
from civicnet.ledger.among import Among
from civicnet.ledger.bulk import add_rows, change_rows
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from civicnet_grid.errors import GridCodeInvalid
from civicnet_grid.events import GridOpened
from civicnet_grid.models import Grid
from civicnet_grid.permissions import can_keep_grids
from civicnet_grid.places import SENTENCES, Misplaced, Places
from civicnet_grid.services.grids import is_grid_code

_FACTS = ("name", "kind", "households", "valid_from")


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """One grid of a list; ``row`` is where it stands in the file."""

    row: int
    code: str
    name: str
    kind: str
    households: int | None
    valid_from: date | None

    @property
    def facts(self) -> tuple[object, ...]:
        """What can be corrected, in the order of the columns."""
        return (self.name, self.kind, self.households, self.valid_from)


@transaction.atomic
def keep_grids(*, rows: Sequence[GridRow], actor: Actor) -> dict[str, int]:
    """Open the grids that are not there yet, and correct those that are; returns how many of each, and how many stayed.

    A grid is never closed by that, and never moves to another community. A new one belongs to the community with whose
    code its own begins.

    Raises:
        Refused: a row lies outside the actor's organisations; nothing was written.
        GridCodeInvalid: a code is neither on file nor an open community's present code and three digits.
        InvalidInput: a name is empty.
    """
    rows, places = _place(rows, actor)
    wanted = {one.code: one for one in rows}
    fields = ("code", "pk", *_FACTS)
    found = Grid.objects.select_for_update().filter(Among("code", wanted)).order_by("pk").values_list(*fields)
    held = {code: (pk, tuple(facts)) for code, pk, *facts in found}
    new = [one for one in rows if one.code not in held]
    changed = [one for one in rows if one.code in held and one.facts != held[one.code][1]]
    _open(new, places, actor)
    change_rows(
        actor=actor,
        model=Grid,
        fields=_FACTS,
        keys=[held[one.code][0] for one in changed],
        rows=[one.facts for one in changed],
        before=[held[one.code][1] for one in changed],
        origins=[one.row for one in changed],
    )
    counts = {"created": len(new), "changed": len(changed), "unchanged": len(rows) - len(new) - len(changed)}
    if new or changed:
        subject = Grid.objects.get(code=(new or changed)[0].code)
        span = {"first_row": rows[0].row, "last_row": rows[-1].row}
        record(actor=actor, action="grid.keep_grids", subject=subject, after=span | counts)
    return counts


def _place(rows: Sequence[GridRow], actor: Actor) -> tuple[list[GridRow], dict[str, Numbered]]:
    """The rows with the codes under which their grids are on file, and the community of each by that code."""
    if not all(is_grid_code(one.code) for one in rows):
        raise GridCodeInvalid(field="code")
    known, placed, places = Places(), list[GridRow](), dict[str, Numbered]()
    known.look_up({(None, one.code) for one in rows})
    for one in rows:
        spot = known.grid_spot(one.code)
        if isinstance(spot, Misplaced):
            raise GridCodeInvalid(SENTENCES[spot.code] % spot.params if spot.code in SENTENCES else None, field="code")
        require(can_keep_grids(actor, spot.place.path))
        if not one.name:
            raise InvalidInput(_("Give the grid a name."), field="name")
        placed.append(one if one.code == spot.grid_code else replace(one, code=spot.grid_code))
        places[spot.grid_code] = spot.place
    return placed, places


def _open(rows: Sequence[GridRow], places: Mapping[str, Numbered], actor: Actor) -> None:
    add_rows(
        actor=actor,
        model=Grid,
        fields=("organisation_id", "code", *_FACTS),
        rows=[(places[one.code].pk, one.code, *one.facts) for one in rows],
        origins=[one.row for one in rows],
    )
    for one in rows:
        announce(GridOpened(grid_code=one.code, organisation_code=places[one.code].code))
