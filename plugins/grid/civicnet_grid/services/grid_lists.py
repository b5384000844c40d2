"""Lists of grids: many opened and corrected in one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.access.models import Organisation
from civicnet.contract import Actor, InvalidInput, require
from civicnet.ledger.among import Among
from civicnet.ledger.bulk import add_rows, change_rows
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from civicnet_grid.errors import GridCodeInvalid
from civicnet_grid.events import GridOpened
from civicnet_grid.models import Grid
from civicnet_grid.models.grid import CODE_LENGTH, GRID_OWNERS
from civicnet_grid.permissions import can_open_grid
from civicnet_grid.services.grids import fits

# Of an organisation's code, the part that a grid's code begins with.
OWNER_LENGTH = CODE_LENGTH - 3
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

    A grid is never closed by that, and never moves to another community: its code says where it belongs.

    Raises:
        Refused: a row lies outside the actor's organisations; nothing was written.
        GridCodeInvalid: a code is not a community's code and three digits.
        InvalidInput: a name is empty.
    """
    places = _places(rows, actor)
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


def _places(rows: Sequence[GridRow], actor: Actor) -> Mapping[str, Organisation]:
    codes = {one.code[:OWNER_LENGTH] for one in rows}
    places = {one.code: one for one in Organisation.objects.filter(code__in=codes, kind__in=GRID_OWNERS)}
    for one in rows:
        place = places.get(one.code[:OWNER_LENGTH])
        if place is None or not fits(one.code, place.code):
            raise GridCodeInvalid(field="code")
        require(can_open_grid(actor, place))
        if not one.name:
            raise InvalidInput(_("Give the grid a name."), field="name")
    return places


def _open(rows: Sequence[GridRow], places: Mapping[str, Organisation], actor: Actor) -> None:
    add_rows(
        actor=actor,
        model=Grid,
        fields=("organisation_id", "code", *_FACTS),
        rows=[(places[one.code[:OWNER_LENGTH]].pk, one.code, *one.facts) for one in rows],
        origins=[one.row for one in rows],
    )
    for one in rows:
        announce(GridOpened(grid_code=one.code, organisation_code=one.code[:OWNER_LENGTH]))
