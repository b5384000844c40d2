"""Who may do what with service stations: questions, answered from the actor's own subtree of organisations."""

from __future__ import annotations

from civicnet.access.models import Organisation
from civicnet.access.scope import covers
from civicnet.contract import Actor

VIEW = "acme_station.view_station"
KEEP = "acme_station.change_station"


def can_keep(actor: Actor, organisation: Organisation) -> bool:
    """Whether the actor may put stations of this organisation on file, and close them."""
    return covers(actor, KEEP, organisation.path)
