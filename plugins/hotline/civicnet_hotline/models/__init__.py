"""Categories, cases, their steps. Other modules import from here, never from the submodules."""

from civicnet_hotline.models.case import Case, DayCount, Source
from civicnet_hotline.models.category import Category, Group
from civicnet_hotline.models.states import OPEN_STATES, TRANSITIONS, Action, CaseState, ReturnReason
from civicnet_hotline.models.step import CaseStep

__all__ = [
    "OPEN_STATES",
    "TRANSITIONS",
    "Action",
    "Case",
    "CaseState",
    "CaseStep",
    "Category",
    "DayCount",
    "Group",
    "ReturnReason",
    "Source",
]
