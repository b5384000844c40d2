"""Objections: what may not happen elsewhere while cases stand in its way."""

from __future__ import annotations

from civicnet.access.acts import CloseOrganisation
from civicnet.contract import Act
from civicnet_hotline.errors import CasesOpen
from civicnet_hotline.selectors import open_cases_under


def object_to(act: Act) -> None:
    """An organisation does not close over open cases: nobody would answer them.

    Raises:
        CasesOpen: it would.
    """
    if isinstance(act, CloseOrganisation) and (count := open_cases_under(act.path).count()):
        raise CasesOpen(count)
