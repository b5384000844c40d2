"""Pages, placements and the review task. Other files import from here, never from the submodules."""

from civicnet_publicity.models.article import ArticleFields, ArticlePage
from civicnet_publicity.models.column import ColumnKind, ColumnPage, Phase
from civicnet_publicity.models.home import HomePage
from civicnet_publicity.models.placement import Placement, PlacementState
from civicnet_publicity.models.review import ReviewTask

__all__ = [
    "ArticleFields",
    "ArticlePage",
    "ColumnKind",
    "ColumnPage",
    "HomePage",
    "Phase",
    "Placement",
    "PlacementState",
    "ReviewTask",
]
