"""The grids of a roster: those that exist, and those it opens."""

from __future__ import annotations

from collections.abc import Sequence

from civicnet.access.models import Organisation
from civicnet_grid.models import Grid
from civicnet_grid.roster import RosterRow


def settle_grids(rows: Sequence[RosterRow], places: dict[str, Organisation]) -> tuple[dict[str, Grid], list[Grid]]:
    """All grids of the rows by code, and among them those that were opened just now."""
    wanted = {row.grid_code: places[row.organisation_code] for row in rows}
    grids = {grid.code: grid for grid in Grid.objects.filter(code__in=wanted)}
    opened = Grid.objects.bulk_create(
        Grid(organisation=place, code=code, name=grid_name(place.name, code))
        for code, place in wanted.items()
        if code not in grids
    )
    return grids | {grid.code: grid for grid in opened}, opened


def grid_name(community: str, code: str) -> str:
    """The name of a grid that nobody has named yet."""
    # Data, not a sentence: it must not depend on the language of whoever imports.
    return f"{community}第{int(code[-3:])}网格"
