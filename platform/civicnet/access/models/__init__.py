"""People, organisations, positions, API clients. Other rooms import from here, never from the submodules."""

from civicnet.access.models.client import ApiClient, ApiKey, ClientRefusal, RefusalCause
from civicnet.access.models.organisation import AliasKind, Organisation, OrganisationAlias, OrganisationKind
from civicnet.access.models.organisation_event import OrganisationEvent, OrganisationEventKind
from civicnet.access.models.personal_act import PersonalAct, PersonalActKind
from civicnet.access.models.position import Position
from civicnet.access.models.user import User

__all__ = [
    "AliasKind",
    "ApiClient",
    "ApiKey",
    "ClientRefusal",
    "Organisation",
    "OrganisationAlias",
    "OrganisationEvent",
    "OrganisationEventKind",
    "OrganisationKind",
    "PersonalAct",
    "PersonalActKind",
    "Position",
    "RefusalCause",
    "User",
]
