"""What grid tests stand on: roster rows of plainly invented people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation
from civicnet_grid.models import Grid
from civicnet_grid.roster import RosterRow
from civicnet_grid.services import apply_roster

COMMUNITY = "222403001001"
GRID = f"{COMMUNITY}001"
ID_NUMBERS = [f"22240319900101{serial:03d}X" for serial in range(1000)]


@pytest.fixture
def row() -> Callable[..., RosterRow]:
    """Makes a row: ``row(3, level=2, duty="A")`` is person 3 as a level 2 primary of the first grid."""

    def make(person: int, **given: Any) -> RosterRow:
        values: dict[str, Any] = {
            "row": person,
            "organisation_code": COMMUNITY,
            "grid_code": GRID,
            "level": 3,
            "duty": None,
            "name": f"演示{person}",
            "sex": "F",
            "id_number": ID_NUMBERS[person],
            "phone": f"100{person:08d}",
            "political_status": "群众",
            "since": date(2023, 6, 30),
        }
        return RosterRow(**{**values, **given})

    return make


@pytest.fixture
def team(city: dict[str, Organisation], row: Callable[..., RosterRow]) -> Grid:
    """The first grid with a lead (1), a pair at level 2 (2, 3) and a pair at level 3 (4, 5)."""
    rows = [row(1, level=1), row(2, level=2), row(3, level=2), row(4, level=3), row(5, level=3)]
    apply_roster(rows=rows, actor=SYSTEM)
    return Grid.objects.get(code=GRID)
