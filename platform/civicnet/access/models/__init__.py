"""People, organisations, positions, API clients. Other rooms import from here, never from the submodules."""

from civicnet.access.models.client import ApiClient
from civicnet.access.models.organisation import AliasKind, Organisation, OrganisationAlias, OrganisationKind
from civicnet.access.models.organisation_event import OrganisationEvent, OrganisationEventKind
from civicnet.access.models.position import Position
from civicnet.access.models.user import User

__all__ = [
    "AliasKind",
    "ApiClient",
    "Organisation",
    "OrganisationAlias",
    "OrganisationEvent",
    "OrganisationEventKind",
    "OrganisationKind",
    "Position",
    "User",
]
