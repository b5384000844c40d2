"""Finding: rows of a selector narrowed to those in which words stand, in a number of statements that is always the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Model, QuerySet, Value, When
from modelsearch.backends import get_search_backend
from modelsearch.query import PlainText

# A word that stands in more rows than this is looked for row by row from the newest on, and is not put in order of merit.
MOST = 1000


def _by_keys(rows: QuerySet[Any], keys: list[Any]) -> QuerySet[Any]:
    return rows.filter(pk__in=keys)


@dataclass(frozen=True)
class Many:
    """How rows are narrowed to those that hold a word which very many hold."""

    read: Callable[[QuerySet[Any]], QuerySet[Any]]
    counted: Callable[[QuerySet[Any]], QuerySet[Any]]


@dataclass(frozen=True)
class Found:
    """What an index knows of words: how well each key fits; where it is too many, None and what narrows rows instead."""

    scores: Mapping[Any, int] | None
    many: Many | None = None
    narrow: Callable[[QuerySet[Any], list[Any]], QuerySet[Any]] = _by_keys

    def among(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the rows that were found. What the rows do not hold, because somebody may not see it, stays unseen."""
        return self.many.read(rows) if self.many is not None else self.narrow(rows, list(self.scores or ()))

    def counted(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The same rows for a count, which no order helps."""
        return self.many.counted(rows) if self.many is not None else self.among(rows)

    def scored(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that were found, each with its ``score``: 0 for all where a word stands in too many."""
        by_score: dict[int, list[Any]] = {}
        for key, score in (self.scores or {}).items():
            by_score.setdefault(score, []).append(key)
        # Most have the same; they need not be named.
        common = max(by_score, key=lambda score: len(by_score[score]), default=0)
        cases = [When(pk__in=keys, then=Value(score)) for score, keys in by_score.items() if score != common]
        merit: Any = Case(*cases, default=Value(common), output_field=IntegerField()) if cases else Value(common)
        found: QuerySet[Any] = self.among(rows).annotate(score=merit)
        return found


def find(model: type[Model], words: Sequence[str]) -> Found:
    """Look for objects of an indexed model in which all the words stand. At most two statements, or one request to a server.

    Args:
        words: as ``words_in`` tells them from a query.
    """
    backend = get_search_backend()
    query = PlainText(" ".join(f"“{word}”" for word in words), operator="and")
    compiler = backend.query_compiler_class(model._default_manager.all(), query)
    found: Found = compiler.look(backend, MOST)
    return found
