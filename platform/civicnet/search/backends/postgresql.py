"""PostgreSQL: tokens in its text vectors, which no parser takes apart, under the index that Wagtail made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from civicnet.search.asking import Term
from civicnet.search.backends.database import EntryBackend, EntryCompiler
from civicnet.search.backends.entries import EntryIndex
from civicnet.search.documents import Document, text_tokens
from civicnet.search.text import is_unspaced

# PostgreSQL refuses a vector of 1 MiB; this is room for 170,000 different pairs, far more than a text of that length has.
MOST_BYTES = 1_040_000
_COLUMNS = {"all": "body"}


class PostgreSQLIndex(EntryIndex):
    """Vectors without places: of a text of any length every pair is in them. The text itself proves what stands together."""

    columns = ("title", "body", "autocomplete", "title_text", "body_text")

    def values(self, document: Document) -> dict[str, Any]:
        """Vectors, and the plain texts."""
        # All of it: two indexes of which either may know a word are slower than one that knows both.
        whole = f"{document.title}\n{document.body}"
        return {
            "title": _vector(text_tokens(document.title)),
            "body": _vector(text_tokens(whole)),
            "autocomplete": _vector(document.autocomplete),
            "title_text": document.title,
            "body_text": whole,
        }


class PostgreSQLCompiler(EntryCompiler):
    """Conditions on vectors, and on the text where a word is more than one token."""

    def holds(self, term: Term, column: str) -> Q:
        """By the index, then by the text."""
        column = _COLUMNS.get(column, column)
        found = Q(_Matches(F(column), Value(_query(term))))
        if len(term.tokens) == 1 or column == "autocomplete":
            return found
        return found & Q(**{f"{column}_text__contains": term.text})

    def by_keys(self, rows: QuerySet[Any], keys: list[Any]) -> QuerySet[Any]:
        """By their index one after another; of a list the planner would rather read the whole table, on several processors."""
        return rows.filter(_Among(F("pk"), Value(keys, ArrayField(self.key_field()))))

    def one_by_one(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """By the texts of the rows, which no index tempts the planner away from: of a frequent word a page is soon full."""
        own = self.entries_of(OuterRef("pk"))
        for term in self._terms(self.query):
            # Of this the planner expects much, of LIKE it expects nothing, and would put every row in order for a few.
            held = Q(GreaterThan(StrIndex(F("body_text"), Value(term.text)), 0))
            if not all(map(is_unspaced, term.tokens)):
                # A word in letters ends where it ends.
                vector = Func(F("body"), template="(%(expressions)s || ''::tsvector)")
                held &= Q(_Matches(vector, Value(_query(term))))
            own = own.filter(held)
        return rows.filter(Exists(own))


class PostgreSQLTypedCompiler(PostgreSQLCompiler):
    """While a reader types."""

    typed = True


class PostgreSQLBackend(EntryBackend):
    """Search on PostgreSQL."""

    index_class = PostgreSQLIndex
    query_compiler_class = PostgreSQLCompiler
    autocomplete_query_compiler_class = PostgreSQLTypedCompiler


class _Matches(Func):
    # What is asked for is hidden from the planner, for knowing that a word is frequent it would read through all vectors,
    # and it does not know what unpacking them costs.
    template = "(%(expressions)s::tsquery))"
    arg_joiner = " @@ (SELECT "
    output_field = BooleanField()


class _Among(Func):
    template = "(%(expressions)s)))"
    arg_joiner = " IN (SELECT unnest("
    output_field = BooleanField()


def _vector(found: Iterable[str]) -> Func:
    kept, size = [], 0
    for token in dict.fromkeys(found):
        size += len(token.encode())
        if size > MOST_BYTES:
            break
        kept.append(token)
    return Func(Value(kept, ArrayField(TextField())), function="array_to_tsvector", output_field=SearchVectorField())


def _query(term: Term) -> str:
    quoted = ["'" + one.replace("\\", "\\\\").replace("'", "''") + "'" for one in term.tokens]
    return " & ".join(quoted) + (":*" if term.beginning else "")
