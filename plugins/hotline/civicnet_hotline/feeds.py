"""How the change feed follows categories. Cases are nobody's to copy: a portal asks for its own."""

from __future__ import annotations

from civicnet.contract import Feed, Followed
from civicnet_hotline.models import Category
from civicnet_hotline.schema.rows import CATEGORY_COLUMNS
from civicnet_hotline.selectors import open_categories


def feeds() -> tuple[Feed, ...]:
    """Open categories."""
    return (Feed("HotlineCategory", open_categories, ("id", *CATEGORY_COLUMNS), (Followed(Category, "id"),)),)
