"""Articles that are found by words."""

from __future__ import annotations

from collections.abc import Sequence
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


def found_articles(
    actor: Actor, words: Sequence[str], site: Site | None = None, *, in_columns: Sequence[Column] | None = None
) -> QuerySet[Any]:
    """Articles that readers can see and in which all the words stand, each with its ``score``; the rows are not read yet.

    The index is asked by one statement, and knows drafts too: what comes of it is only ever taken out of what readers see.
    """
    return find(ArticlePage, words).scored(published_articles(actor, site, in_columns=in_columns))
