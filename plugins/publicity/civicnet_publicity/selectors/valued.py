"""Articles by the values in their fields: those that have one, and whether they are few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from civicnet_publicity.models import ArticleValue

# So many are looked up one by one; of more, the next of a list is found soonest along the list itself.
FEW = 512


def with_value(marks: Mapping[str, Any]) -> QuerySet[Any]:
    """The numbers of published articles that have a value with these marks, by lookup of ``ArticleValue``."""
    found: QuerySet[Any] = ArticleValue.objects.filter(**marks).values("article")
    return found


def few_with(every: Sequence[Mapping[str, Any]]) -> list[int] | None:
    """The numbers of published articles that have all these values; None where they are more than a few.

    How many they are no database guesses well: the values of all fields lie in one table. One statement.
    """
    first, *others = every
    rows = ArticleValue.objects.filter(**first)
    for marks in others:
        rows = rows.filter(article__in=with_value(marks))
    found = list(rows.values_list("article", flat=True)[: FEW + 1])
    return found if len(found) <= FEW else None
