"""What an object brings into the index: the texts of its search fields as tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Manager
from modelsearch.index import AutocompleteField, RelatedFields, SearchField

from civicnet.search.initials import initials
from civicnet.search.text import plain, tokens
from civicnet.search.words import dictionary_tokens


@dataclass(frozen=True)
class Document:
    """The search fields of one object, by the parts of Wagtail's index."""

    instance: Any

    @cached_property
    def title(self) -> str:
        """The fields called ``title``, plain."""
        return "\n".join(self._texts(SearchField, title=True))

    @cached_property
    def body(self) -> str:
        """All other fields that are searched, plain."""
        return "\n".join(self._texts(SearchField, title=False))

    @cached_property
    def autocomplete(self) -> list[str]:
        """The tokens by which it is found while a reader still types: names and titles, and their initials."""
        return [one for text in self._texts(AutocompleteField, title=None) for one in typed_tokens(text)]

    def _texts(self, kind: type[Any], *, title: bool | None) -> Iterator[str]:
        for field, value in _values(self.instance, self.instance.get_search_fields()):
            if isinstance(field, kind) and (title is None or title is (field.field_name == "title")):
                yield plain(as_text(value))


def text_tokens(text: str) -> list[str]:
    """The tokens of a plain text that is searched: in its order, and behind them the dictionary's words."""
    return [*tokens(text), *dictionary_tokens(text)]


def typed_tokens(text: str) -> list[str]:
    """The tokens of a plain text that is found while a reader still types."""
    return [*tokens(text), *initials(text)]


def as_text(value: Any) -> str:
    """The value of a search field as one text."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, Iterable):
        # No word reaches from one of them into the next.
        return "\n".join(map(as_text, value))
    return "" if value is None else str(value)


def _values(instance: Any, fields: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    for field in fields:
        if not isinstance(field, RelatedFields):
            if isinstance(field, SearchField | AutocompleteField):
                yield field, field.get_value(instance)
            continue
        related = field.get_value(instance)
        if related is not None:
            for one in related.all() if isinstance(related, Manager) else [related]:
                yield from _values(one, field.fields)
