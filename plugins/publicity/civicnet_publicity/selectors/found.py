"""Articles that are found by words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Site

from civicnet.contract import Actor
from civicnet.gateway.keyset import Order
from civicnet.search.finding import find
from civicnet_publicity.models import ArticlePage
from civicnet_publicity.selectors.articles import NEWEST, published_articles
from civicnet_publicity.selectors.columns import Column

BY_AGE = Order(NEWEST, ("first_published_at",))
BY_SCORE = Order(("-score", *NEWEST), ("first_published_at",), reckoned=("score",))


@dataclass(frozen=True)
class FoundArticles:
    """Articles that were found, not read yet: ``rows`` with their ``score``, and the same without for a count."""

    rows: QuerySet[Any]
    counted: QuerySet[Any]

    def count(self, *, most: int | None = None) -> int:
        """How many they are, as far as so many. One statement."""
        return (self.counted.order_by()[:most] if most is not None else self.counted).count()


def found_articles(
    actor: Actor, words: Sequence[str], site: Site | None = None, *, in_columns: Sequence[Column] | None = None
) -> FoundArticles:
    """Articles that readers can see and in which all the words stand.

    The index is asked by at most two statements, and knows drafts too: what comes of it is only ever taken out of what
    readers see.
    """
    found = find(ArticlePage, words)
    articles = published_articles(actor, site, in_columns=in_columns)
    return FoundArticles(found.scored(articles), found.counted(articles))
