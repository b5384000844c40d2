"""People, organisations, positions, API clients. Other rooms import from here, never from the submodules."""

from civicnet.access.models.client import ApiClient
from civicnet.access.models.organisation import Organisation, OrganisationKind
from civicnet.access.models.position import Position
from civicnet.access.models.user import User

__all__ = ["ApiClient", "Organisation", "OrganisationKind", "Position", "User"]
