"""Objections: an organisation does not close over stations that it still runs."""

from __future__ import annotations

from civicnet.access.acts import CloseOrganisation
from civicnet.contract import Act

from acme_station.errors import StationsOpen
from acme_station.selectors import open_stations_under


def object_to(act: Act) -> None:
    """Stop the closing while stations are open there or below.

    Raises:
        StationsOpen: some are.
    """
    if isinstance(act, CloseOrganisation) and (count := open_stations_under(act.path).count()):
        raise StationsOpen(count)
