"""Everything that may be done to grids. Callers import from here, never from the submodules."""

from civicnet_grid.services.absences import record_absence, withdraw_absence
from civicnet_grid.services.accounts import link_user
from civicnet_grid.services.grid_lists import GridRow, keep_grids
from civicnet_grid.services.grids import open_grid
from civicnet_grid.services.posts import end_post
from civicnet_grid.services.reveals import reveal_id_number, reveal_phone
from civicnet_grid.services.roster import apply_roster
from civicnet_grid.services.roster_workers import LockedPeople, cities_of, lock_people

__all__ = [
    "GridRow",
    "LockedPeople",
    "apply_roster",
    "cities_of",
    "end_post",
    "keep_grids",
    "link_user",
    "lock_people",
    "open_grid",
    "record_absence",
    "reveal_id_number",
    "reveal_phone",
    "withdraw_absence",
]
