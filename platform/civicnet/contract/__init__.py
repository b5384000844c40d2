"""What a plugin author imports first. ``civicnet.contract.surface`` lists what else of the platform is promised to stay."""

from civicnet.contract.actor import ANONYMOUS, Actor
from civicnet.contract.contributions import (
    BatchLoader,
    ContentBlock,
    DeskTab,
    Draft,
    Feed,
    Followed,
    Fragment,
    NodeLoader,
    Panel,
    Problem,
    Route,
    Schedule,
    SiteSettingsLoader,
    Waiting,
)
from civicnet.contract.elements import Asking, DataElement, Questionnaire
from civicnet.contract.errors import CivicNetError, Conflict, InvalidInput, NotFound, Refused, require
from civicnet.contract.events import Act, Event
from civicnet.contract.hookspecs import (
    CONTRACT_VERSION,
    PROJECT,
    Failure,
    LeavesContract,
    Policy,
    hookimpl,
    hookspec,
    policy,
)
from civicnet.contract.personal import Obstacle, PersonalQuery, PersonalRecord

__all__ = [
    "ANONYMOUS",
    "CONTRACT_VERSION",
    "PROJECT",
    "Act",
    "Actor",
    "Asking",
    "BatchLoader",
    "CivicNetError",
    "Conflict",
    "ContentBlock",
    "DataElement",
    "DeskTab",
    "Draft",
    "Event",
    "Failure",
    "Feed",
    "Followed",
    "Fragment",
    "InvalidInput",
    "LeavesContract",
    "NodeLoader",
    "NotFound",
    "Obstacle",
    "Panel",
    "PersonalQuery",
    "PersonalRecord",
    "Policy",
    "Problem",
    "Questionnaire",
    "Refused",
    "Route",
    "Schedule",
    "SiteSettingsLoader",
    "Waiting",
    "hookimpl",
    "hookspec",
    "policy",
    "require",
]
