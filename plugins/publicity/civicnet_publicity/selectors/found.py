"""Articles that are found by words: the one place where an index of Chinese words is to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from wagtail.models import Site

from civicnet.contract import Actor
from civicnet.gateway.keyset import Order
from civicnet_publicity.models import ArticlePage
from civicnet_publicity.selectors.articles import NEWEST, published_articles
from civicnet_publicity.selectors.columns import Column

BY_AGE = Order(NEWEST, ("first_published_at",))
# So many of the newest articles are looked through where the index finds nothing.
LOOKED_THROUGH = 10_000


def found_articles(
    actor: Actor, words: Sequence[str], site: Site | None = None, *, in_columns: Sequence[Column] | None = None
) -> QuerySet[Any]:
    """Articles that readers can see and that hold all the words: one statement, and the rows are not read yet.

    Wagtail's index takes Chinese between two punctuation marks for one word. Where it finds nothing, titles and summaries
    of the newest articles are looked through, sign by sign.
    """
    articles = published_articles(actor, site, in_columns=in_columns)
    indexed = ArticlePage.objects.search(" ".join(words), operator="and", order_by_relevance=False)
    by_index = articles.filter(pk__in=indexed.get_queryset().order_by().values("pk"))
    if by_index.exists():
        return by_index
    newest = articles.order_by(*NEWEST).values("pk")[:LOOKED_THROUGH]
    found: QuerySet[Any] = published_articles(actor).filter(*map(_holds, words), pk__in=newest)
    return found


def _holds(word: str) -> Q:
    return Q(title__icontains=word) | Q(summary__icontains=word)
