"""What a plugin author imports first. ``civicnet.contract.surface`` lists what else of the platform is promised to stay."""

from civicnet.contract.actor import ANONYMOUS, Actor
from civicnet.contract.contributions import (
    BatchLoader,
    ContentBlock,
    DeskTab,
    Fragment,
    NodeLoader,
    Panel,
    Problem,
    Route,
    Schedule,
    Waiting,
)
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
    "BatchLoader",
    "CivicNetError",
    "Conflict",
    "ContentBlock",
    "DeskTab",
    "Event",
    "Failure",
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
    "Refused",
    "Route",
    "Schedule",
    "Waiting",
    "hookimpl",
    "hookspec",
    "policy",
    "require",
]
