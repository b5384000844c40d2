"""Pages, placements, channels, the review task, and what checks stand on.

Other files import from here, never from the submodules.
"""

from civicnet_publicity.checks.dictionary import WordKind
from civicnet_publicity.models.article import DISCLOSED, ArticleFields, ArticlePage, DisclosureWay, Validity
from civicnet_publicity.models.channel import (
    CHANNEL_OPEN,
    Channel,
    ChannelDelivery,
    ChannelState,
    ChannelWish,
    WechatUpload,
)
from civicnet_publicity.models.checking import CheckDecision, CheckDecisionKind, Leader, LinkAnswer, ListedWord
from civicnet_publicity.models.column import ColumnKind, ColumnPage, Phase, Rhythm
from civicnet_publicity.models.column_type import ArticleTemplate, ColumnField, ColumnType, ListTemplate
from civicnet_publicity.models.home import HomePage
from civicnet_publicity.models.linking import ArticleValue, IndexNumber, Interpretation
from civicnet_publicity.models.placement import Placement, PlacementState
from civicnet_publicity.models.planning import PlannedArticle, PlanState, WeeklyDigest
from civicnet_publicity.models.review import ReviewTask, StepKind
from civicnet_publicity.models.steps import ApprovalSheet, Deadline, MadeUpStep, UrgentPath, Verdict
from civicnet_publicity.models.viewing import ArticleViews, ChannelViews

__all__ = [
    "CHANNEL_OPEN",
    "DISCLOSED",
    "ApprovalSheet",
    "ArticleFields",
    "ArticlePage",
    "ArticleTemplate",
    "ArticleValue",
    "ArticleViews",
    "Channel",
    "ChannelDelivery",
    "ChannelState",
    "ChannelViews",
    "ChannelWish",
    "CheckDecision",
    "CheckDecisionKind",
    "ColumnField",
    "ColumnKind",
    "ColumnPage",
    "ColumnType",
    "Deadline",
    "DisclosureWay",
    "HomePage",
    "IndexNumber",
    "Interpretation",
    "Leader",
    "LinkAnswer",
    "ListTemplate",
    "ListedWord",
    "MadeUpStep",
    "Phase",
    "Placement",
    "PlacementState",
    "PlanState",
    "PlannedArticle",
    "ReviewTask",
    "Rhythm",
    "StepKind",
    "UrgentPath",
    "Validity",
    "Verdict",
    "WechatUpload",
    "WeeklyDigest",
    "WordKind",
]
