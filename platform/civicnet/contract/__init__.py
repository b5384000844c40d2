"""What a plugin author imports. Nothing outside this package is promised to stay."""

from civicnet.contract.actor import ANONYMOUS, Actor
from civicnet.contract.contributions import DeskTab, Fragment, NodeLoader, Route, Schedule, Waiting
from civicnet.contract.errors import CivicNetError, Conflict, InvalidInput, NotFound, Refused, require
from civicnet.contract.events import Event
from civicnet.contract.hookspecs import PROJECT, Failure, hookimpl, hookspec, policy
from civicnet.contract.personal import Obstacle, PersonalQuery, PersonalRecord

__all__ = [
    "ANONYMOUS",
    "PROJECT",
    "Actor",
    "CivicNetError",
    "Conflict",
    "DeskTab",
    "Event",
    "Failure",
    "Fragment",
    "InvalidInput",
    "NodeLoader",
    "NotFound",
    "Obstacle",
    "PersonalQuery",
    "PersonalRecord",
    "Refused",
    "Route",
    "Schedule",
    "Waiting",
    "hookimpl",
    "hookspec",
    "policy",
    "require",
]
