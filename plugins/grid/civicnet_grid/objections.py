"""Objections: what may not happen elsewhere while grids stand in its way."""

from __future__ import annotations

from civicnet.access.acts import CloseOrganisation
from civicnet.contract import Act
from civicnet_grid.errors import GridsInForce
from civicnet_grid.selectors import grids_kept_under


def object_to(act: Act) -> None:
    """An organisation does not close over its grids.

    Raises:
        GridsInForce: it would.
    """
    if isinstance(act, CloseOrganisation) and (count := grids_kept_under(act.path, act.on).count()):
        raise GridsInForce(count)
