"""Reading content in two steps: all stored texts are walked, then what they refer to is fetched at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from civicnet.gateway.content.addresses import whole
from civicnet.gateway.content.asked import Asked
from civicnet.gateway.content.files import document_rows
from civicnet.gateway.content.links import page_links
from civicnet.gateway.content.pictures import at_place, filters_of, image_rows
from civicnet.gateway.content.richtext import RichText, expand

# Where a value goes: a row by the name of a field, or a list by its place.
Into = dict[str, Any] | list[Any]
ReadMany = Callable[[Sequence[Any]], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Found:
    """What was fetched, by numbers."""

    pages: Mapping[int, dict[str, Any]]
    images: Mapping[int, dict[str, Any]]
    documents: Mapping[int, dict[str, Any]]


class Reading:
    """One reading of stored content, of however many pages.

    Whoever walks the content calls ``page``, ``image``, ``document``, ``text`` and ``batch`` with the place where the value
    belongs, after setting ``root_url`` to the address of the site that the text stands on. ``fetch`` puts all values in
    their places: one statement for each kind, whatever the number of texts and however deep they are nested.
    """

    def __init__(self) -> None:
        self.root_url = ""
        self._pages: set[int] = set()
        self._images: set[int] = set()
        self._documents: set[int] = set()
        self._filters: set[str] = set()
        # Of what was asked last: rows of a list ask for the same.
        self._last: tuple[Asked | None] | None = None
        self._putting: list[Callable[[Found], None]] = []
        self._texts: list[tuple[RichText, str, dict[str, Any]]] = []
        self._batches: dict[ReadMany, list[tuple[Any, Any, Any]]] = defaultdict(list)

    def page(self, pk: Any, into: Into, key: Any) -> None:
        """A link to a page, or None."""
        into[key] = None
        if isinstance(pk, int):
            self._pages.add(pk)
            self._putting.append(lambda found: _put(into, key, found.pages.get(pk)))

    def image(self, pk: Any, into: Into, key: Any, asked: Asked | None, *, alt: str | None = None) -> None:
        """A picture with the sizes asked for, or None."""
        into[key] = None
        if isinstance(pk, int):
            root_url = self.root_url
            self._images.add(pk)
            if self._last is None or self._last[0] is not asked:
                self._filters.update(filters_of(asked))
                self._last = (asked,)
            self._putting.append(
                lambda found: _put(
                    into, key, (row := found.images.get(pk)) and at_place(row, root_url=root_url, alt=alt)
                )
            )

    def document(self, pk: Any, into: Into, key: Any) -> None:
        """A file, or None."""
        into[key] = None
        if isinstance(pk, int):
            root_url = self.root_url
            self._documents.add(pk)
            self._putting.append(
                lambda found: _put(
                    into, key, (row := found.documents.get(pk)) and row | {"url": whole(row["url"], root_url)}
                )
            )

    def text(self, source: Any, into: Into, key: Any, asked: Asked | None) -> None:
        """A rich text from its stored source: a row of ``html``, ``tree`` and ``text``, those that are asked for."""
        row: dict[str, Any] = {}
        fields = None if asked is None else frozenset(asked.fields)
        rich = RichText(source if isinstance(source, str) else "", fields)
        into[key] = row
        self._pages |= rich.pages
        self._images |= rich.images
        self._documents |= rich.documents
        self._filters |= rich.filters
        self._texts.append((rich, self.root_url, row))

    def batch(self, read_many: ReadMany, raw: Any, into: Into, key: Any) -> None:
        """A value that ``read_many`` makes of all raw values of its kind in one go, in their order."""
        into[key] = None
        self._batches[read_many].append((raw, into, key))

    def fetch(self) -> None:
        """Put all values where they belong."""
        found = Found(page_links(self._pages), image_rows(self._images, self._filters), document_rows(self._documents))
        for put in self._putting:
            put(found)
        expand(self._texts, found.pages, found.images, found.documents)
        for read_many, waiting in self._batches.items():
            values = read_many([raw for raw, _into, _key in waiting])
            for value, (_raw, into, key) in zip(values, waiting, strict=True):
                into[key] = value


def _put(into: Any, key: Any, value: Any) -> None:
    into[key] = value
