"""OpenSearch: the same tokens, which its analyzers only part at spaces: ``{"BACKEND": "civicnet.search.backends.opensearch"}``.

It needs the package opensearch-py (``pip install civicnet[opensearch]``). Options are those of Wagtail's own backend: URLS,
INDEX_PREFIX, TIMEOUT, OPTIONS.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from modelsearch.backends.opensearch3 import (
    OpenSearch3AutocompleteQueryCompiler,
    OpenSearch3Index,
    OpenSearch3Mapping,
    OpenSearch3SearchBackend,
    OpenSearch3SearchQueryCompiler,
)
from modelsearch.index import AutocompleteField, SearchField

from civicnet.search.asking import Term, asked_by
from civicnet.search.documents import as_text, text_tokens, typed_tokens
from civicnet.search.finding import Found
from civicnet.search.text import plain

# A single sign begins so many pairs at most; the server stops at 50 unless told.
_BEGINNINGS = 10_000
# A word as the dictionary sees it, beside the same signs anywhere.
_MEANT = 2.0
# What a server tells in one answer unless its settings say more.
_WINDOW = 10_000


class Mapping(OpenSearch3Mapping):
    """Search fields as tokens between spaces."""

    edgengram_analyzer_config = {"analyzer": "whitespace"}

    def get_mapping(self) -> dict[str, Any]:
        """Wagtail's mapping, with every text parted at spaces alone."""
        mapping: dict[str, Any] = super().get_mapping()
        _part_at_spaces(mapping["properties"])
        return mapping

    def _get_document_field_data(self, field: Any, obj: Any) -> tuple[str, Any, list[Any]]:
        name, value, typed = super()._get_document_field_data(field, obj)
        if isinstance(field, AutocompleteField):
            told = " ".join(typed_tokens(plain(as_text(value))))
            return name, told, [told]
        if isinstance(field, SearchField):
            return name, " ".join(text_tokens(plain(as_text(value)))), typed
        return name, value, typed


class Index(OpenSearch3Index):
    """Wagtail's index."""


class Compiler(OpenSearch3SearchQueryCompiler):
    """A query as phrases of tokens. What the dictionary sees as a word is worth more."""

    mapping_class = Mapping
    DEFAULT_OPERATOR = "and"
    typed = False

    def look(self, backend: Any, most: int) -> Found:
        """The best that were found, as many as a server tells in one answer, with what it thinks of each. One request."""
        index = backend.get_index_for_model(self.queryset.model).name
        body = {"query": self.get_query(), "size": _WINDOW, "_source": False, "stored_fields": ["pk"]}
        hits = backend.es.search(index=index, body=body)["hits"]["hits"]
        key = self.queryset.model._meta.pk.to_python
        return Found({key(hit["fields"]["pk"][0]): round(hit["_score"] * 1000) for hit in hits})

    def _compile_plaintext_query(self, query: Any, fields: Sequence[Any], boost: float = 1.0) -> dict[str, Any]:
        terms = asked_by(query.query_string, typed=self.typed)
        return self._joined(terms, fields, boost, together=query.operator.lower() == "and")

    def _compile_phrase_query(self, query: Any, fields: Sequence[Any]) -> dict[str, Any]:
        return self._joined(asked_by(f"“{query.query_string}”"), fields, 1.0, together=True)

    def _compile_fuzzy_query(self, query: Any, fields: Sequence[Any]) -> dict[str, Any]:
        return self._compile_plaintext_query(query, fields)

    def _joined(self, terms: Sequence[Term], fields: Sequence[Any], boost: float, *, together: bool) -> dict[str, Any]:
        if not terms:
            return {"match_none": {}}
        names = [field.field_name_with_boost for field in fields]
        return {
            "bool": {
                "must" if together else "should": [_phrase(term, names) for term in terms],
                **({} if together else {"minimum_should_match": 1}),
                "boost": boost,
            }
        }


class TypedCompiler(OpenSearch3AutocompleteQueryCompiler, Compiler):
    """While a reader types."""

    mapping_class = Mapping
    typed = True


class OpenSearchBackend(OpenSearch3SearchBackend):
    """Search on a server of OpenSearch, 2 or 3."""

    mapping_class = Mapping
    index_class = Index
    query_compiler_class = Compiler
    autocomplete_query_compiler_class = TypedCompiler


SearchBackend = OpenSearchBackend


def _phrase(term: Term, names: Sequence[str]) -> dict[str, Any]:
    asked: dict[str, Any] = {"query": " ".join(term.tokens), "fields": list(names), "type": "phrase"}
    if term.beginning:
        asked |= {"type": "phrase_prefix", "max_expansions": _BEGINNINGS}
    holds = {"multi_match": asked}
    if term.meant is None:
        return holds
    meant = {"multi_match": {"query": term.meant.tokens[0], "fields": list(names), "boost": _MEANT}}
    return {"bool": {"must": [holds], "should": [meant]}}


def _part_at_spaces(properties: dict[str, Any]) -> None:
    for field in _fields(properties):
        if field.get("type") == "text":
            field.pop("search_analyzer", None)
            field["analyzer"] = "whitespace"


def _fields(properties: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for field in properties.values():
        yield field
        yield from _fields(field.get("properties", {}))
