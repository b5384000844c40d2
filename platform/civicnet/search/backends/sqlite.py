"""SQLite: tokens in its index of texts (FTS5), where those that stand one after another are a phrase."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from modelsearch.backends.database.sqlite.query import LexemeCombinable, MatchExpression, SearchQueryExpression
from modelsearch.conf import get_app_config

from civicnet.search.asking import Term
from civicnet.search.backends.database import EntryBackend, EntryCompiler
from civicnet.search.backends.entries import EntryIndex
from civicnet.search.documents import Document, text_tokens

_TEXTS = get_app_config().get_model("SQLiteFTSIndexEntry", require_ready=False)
_COLUMNS = {"all": ["title", "body"]}


class SQLiteIndex(EntryIndex):
    """Tokens between spaces, in the order of the text; triggers bring them into the index of texts."""

    def values(self, document: Document) -> dict[str, Any]:
        """Texts of tokens."""
        return {
            "title": " ".join(text_tokens(document.title)),
            "body": " ".join(text_tokens(document.body)),
            "autocomplete": " ".join(document.autocomplete),
        }


class SQLiteCompiler(EntryCompiler):
    """Conditions as phrases."""

    def holds(self, term: Term, column: str) -> Q:
        """By the index alone."""
        found = MatchExpression(_COLUMNS.get(column, [column]), SearchQueryExpression(_Tokens(term)))
        return Q(pk__in=_TEXTS._default_manager.filter(found).values("index_entry_id"))


class SQLiteTypedCompiler(SQLiteCompiler):
    """While a reader types."""

    typed = True


class SQLiteBackend(EntryBackend):
    """Search on SQLite."""

    index_class = SQLiteIndex
    query_compiler_class = SQLiteCompiler
    autocomplete_query_compiler_class = SQLiteTypedCompiler


class _Tokens(LexemeCombinable):
    def __init__(self, term: Term) -> None:
        super().__init__()
        self._phrase = '"' + " ".join(term.tokens) + '"' + ("*" if term.beginning else "")

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[str]]:
        return "%s", [self._phrase]
