"""Pages, placements, the review task, and what checks stand on. Other files import from here, never from the submodules."""

from civicnet_publicity.checks.dictionary import WordKind
from civicnet_publicity.models.article import ArticleFields, ArticlePage
from civicnet_publicity.models.checking import (
    CheckDecision,
    CheckDecisionKind,
    Leader,
    LinkAnswer,
    ListedWord,
)
from civicnet_publicity.models.column import ColumnKind, ColumnPage, Phase
from civicnet_publicity.models.home import HomePage
from civicnet_publicity.models.placement import Placement, PlacementState
from civicnet_publicity.models.review import ReviewTask, StepKind
from civicnet_publicity.models.steps import ApprovalSheet, Deadline, MadeUpStep, UrgentPath, Verdict

__all__ = [
    "ApprovalSheet",
    "ArticleFields",
    "ArticlePage",
    "CheckDecision",
    "CheckDecisionKind",
    "ColumnKind",
    "ColumnPage",
    "Deadline",
    "HomePage",
    "Leader",
    "LinkAnswer",
    "ListedWord",
    "MadeUpStep",
    "Phase",
    "Placement",
    "PlacementState",
    "ReviewTask",
    "StepKind",
    "UrgentPath",
    "Verdict",
    "WordKind",
]
