"""What both databases do alike: a query becomes conditions on entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import CharField, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Case, Combinable, When
from django.db.models.functions import Cast
from modelsearch.backends.base import (
    BaseSearchBackend,
    BaseSearchQueryCompiler,
    BaseSearchResults,
    FilterFieldError,
)
from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText
from modelsearch.utils import get_descendants_content_types_pks

from civicnet.search.asking import Term, asked_by
from civicnet.search.backends.entries import ENTRY, Rebuilder
from civicnet.search.finding import Found, Many

# For each word that is one of the title, or a part of one; and if all that was asked for are words wherever they stand.
IN_TITLE, WITHIN_TITLE, AS_WORDS = 4, 2, 1


class EntryCompiler(BaseSearchQueryCompiler):
    """A query as conditions on entries."""

    DEFAULT_OPERATOR = "and"
    HANDLES_ORDER_BY_EXPRESSIONS = True
    typed = False

    def holds(self, term: Term, column: str) -> Q:
        """Entries whose ``title``, ``autocomplete`` or ``all`` (whatever is searched) holds a term."""
        raise NotImplementedError

    def search(self, start: int, stop: int | None, score_field: str | None = None) -> QuerySet[Any]:
        """The objects found, the best first if so wanted, else as they are ordered, else the newest first."""
        found = self._found()
        if self.order_by_relevance or score_field:
            found = found.annotate(**{score_field or "_score": self._score_of_object()})
        if self.order_by_relevance:
            found = found.order_by(f"-{score_field or '_score'}", "-pk")
        elif not found.query.order_by:
            found = found.order_by("-pk")
        return found[start:stop]

    def entries(self) -> QuerySet[Any]:
        """The entries that hold what is asked for, each with the ``key`` of its object."""
        kinds = get_descendants_content_types_pks(self.queryset.model)
        found = ENTRY._default_manager.filter(self._condition(self.query), content_type_id__in=kinds)
        keyed: QuerySet[Any] = found.annotate(key=Cast("object_id", self.key_field()))
        return keyed

    def key_field(self) -> Any:
        """A field of the kind that the keys of the model are."""
        pk = self.queryset.model._meta.pk
        while pk.is_relation:
            pk = pk.target_field
        return type(pk)()

    def entries_of(self, pk: Any) -> QuerySet[Any]:
        """The entry of one object, whatever it holds."""
        kinds = get_descendants_content_types_pks(self.queryset.model)
        found: QuerySet[Any] = ENTRY._default_manager.filter(content_type_id__in=kinds)
        return found.filter(object_id=Cast(pk, CharField(max_length=50)))

    def look(self, backend: Any, most: int) -> Found:
        """What was found, with scores unless it is more than so much. At most two statements."""
        found = list(self.entries().annotate(score=self.score()).values_list("key", "score")[: most + 1])
        if len(found) > most:
            return Found(None, Many(self.one_by_one, self.at_once))
        meant = [one for term in self._terms(self.query) if (one := term.meant)]
        # Asked of the index: reading it from the vectors of a thousand texts takes ten times as long.
        sure = self.entries().filter(_all([self.holds(one, "all") for one in meant])) if meant and found else None
        as_words = set(sure.values_list("key", flat=True)) if sure is not None else set()
        scores = {key: score + (AS_WORDS if key in as_words else 0) for key, score in found}
        return Found(scores, narrow=self.by_keys)

    def by_keys(self, rows: QuerySet[Any], keys: list[Any]) -> QuerySet[Any]:
        """Those of the rows that have one of these keys, at most some thousand."""
        return rows.filter(pk__in=keys)

    def at_once(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the rows that were found, by way of the index."""
        return rows.filter(pk__in=self.entries().values("key"))

    def one_by_one(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the rows that were found, in a form that a database reads along the order of the rows."""
        return self.at_once(rows)

    def score(self) -> Combinable:
        """How well an entry fits by its title; an expression over entries."""
        score: Combinable = Value(0)
        for term in self._terms(self.query):
            marks = [(term, WITHIN_TITLE)]
            if not self.typed and (meant := term.meant):
                marks.append((meant, IN_TITLE - WITHIN_TITLE))
            for one, points in marks:
                held = self.holds(one, "autocomplete" if self.typed else "title")
                score = score + Case(When(held, then=Value(points)), default=Value(0))
        return score

    def _found(self) -> QuerySet[Any]:
        if self.fields is not None:
            rows: QuerySet[Any] = self.queryset.filter(self._in_fields(self.query))
        elif isinstance(self.query, MatchAll):
            rows = self.queryset.all()
        else:
            rows = self.at_once(self.queryset)
        return rows

    def _score_of_object(self) -> Any:
        if self.fields is not None or isinstance(self.query, MatchAll):
            return Value(0)
        own = self.entries_of(OuterRef("pk"))
        return Subquery(own.annotate(score=self.score()).values("score")[:1], output_field=IntegerField())

    def _condition(self, query: Any) -> Q:
        column = "autocomplete" if self.typed else "all"
        return self._joined(query, lambda term: self.holds(term, column))

    def _in_fields(self, query: Any) -> Q:
        # Of single fields nothing is kept in the index: they are read as they are.
        known = (
            self.queryset.model.get_autocomplete_search_fields()
            if self.typed
            else self.queryset.model.get_searchable_search_fields()
        )
        names = [one.field_name for one in known if one.field_name in self.fields]

        def holds(term: Term) -> Q:
            found = Q(pk__in=[])
            for name in names:
                found |= Q(**{f"{name}__icontains": term.text})
            return found

        return self._joined(query, holds)

    def _joined(self, query: Any, holds: Any) -> Q:
        if isinstance(query, MatchAll):
            return Q(pk__isnull=False)
        if isinstance(query, Not):
            return ~self._joined(query.subquery, holds)
        if isinstance(query, Boost):
            return self._joined(query.subquery, holds)
        if isinstance(query, And | Or):
            parts = [self._joined(one, holds) for one in query.subqueries]
            return _all(parts) if isinstance(query, And) else _any(parts)
        if not isinstance(query, PlainText | Phrase | Fuzzy):
            raise NotImplementedError(f"{type(query).__name__} is no query that can be asked here.")
        terms = [holds(term) for term in self._terms(query)]
        together = isinstance(query, Phrase) or query.operator.lower() == "and"
        return _all(terms) if together else _any(terms)

    def _terms(self, query: Any) -> Iterator[Term]:
        if isinstance(query, Phrase):
            yield from asked_by(f"“{query.query_string}”")
        elif isinstance(query, PlainText | Fuzzy):
            yield from asked_by(query.query_string, typed=self.typed)
        elif isinstance(query, And | Or):
            for one in query.subqueries:
                yield from self._terms(one)
        elif isinstance(query, Boost):
            yield from self._terms(query.subquery)


class EntryResults(BaseSearchResults):
    """What was found, read from the database."""

    def get_queryset(self) -> QuerySet[Any]:
        """The objects as a query that is not read yet."""
        found: QuerySet[Any] = self.query_compiler.search(self.start, self.stop, score_field=self._score_field)
        return found

    def _do_search(self) -> list[Any]:
        return list(self.get_queryset())

    def _do_count(self) -> int:
        return self.get_queryset().count()

    supports_facet = True

    def facet(self, field_name: str) -> dict[Any, int]:
        """How many of what was found have each value of a field, the most frequent first.

        Raises:
            FilterFieldError: the field is none by which the model can be filtered.
        """
        if self.query_compiler._get_filterable_field(field_name) is None:
            raise FilterFieldError(f"Facets need index.FilterField({field_name!r}).", field_name=field_name)
        rows = self.query_compiler.search(0, None).order_by().values(field_name).annotate(count=Count("pk"))
        return {row[field_name]: row["count"] for row in rows.order_by("-count")}


class EntryBackend(BaseSearchBackend):
    """Search on the entries of the site's own database."""

    results_class = EntryResults
    rebuilder_class = Rebuilder
    atomic_rebuilder_class = Rebuilder

    def __init__(self, params: Mapping[str, Any]) -> None:
        super().__init__(params)


def _all(parts: Sequence[Q]) -> Q:
    # Nothing but punctuation was asked for: nothing is found.
    whole = Q() if parts else Q(pk__in=[])
    for part in parts:
        whole &= part
    return whole


def _any(parts: Sequence[Q]) -> Q:
    whole = Q(pk__in=[])
    for part in parts:
        whole |= part
    return whole
