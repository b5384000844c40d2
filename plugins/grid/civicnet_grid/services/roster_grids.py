"""The grids of a roster: those that exist, and those it opens."""

from __future__ import annotations

from collections.abc import Sequence

from civicnet.contract import Actor
from civicnet.ledger.among import Among
from civicnet.ledger.bulk import add_rows
from civicnet_grid.models import Grid
from civicnet_grid.roster import RosterRow
from civicnet_grid.services.roster_places import RosterPlaces


def settle_grids(rows: Sequence[RosterRow], places: RosterPlaces, actor: Actor) -> tuple[dict[str, int], list[str]]:
    """The keys of all grids of the rows by code, and the codes of those that were opened just now."""
    wanted = {row.grid_code: row for row in reversed(rows)}
    grids = dict(Grid.objects.filter(Among("code", wanted)).values_list("code", "pk"))
    missing = sorted(code for code in wanted if code not in grids)
    origins = [wanted[code].row for code in missing]
    owners = [places.community(wanted[code]) for code in missing]
    new = [(one.pk, code, grid_name(one.name, code)) for one, code in zip(owners, missing, strict=True)]
    keys = add_rows(actor=actor, model=Grid, fields=["organisation_id", "code", "name"], rows=new, origins=origins)
    return grids | dict(zip(missing, keys, strict=True)), missing


def grid_name(community: str, code: str) -> str:
    """The name of a grid that nobody has named yet."""
    # Data, not a sentence: it must not depend on the language of whoever imports.
    return f"{community}第{int(code[-3:])}网格"
