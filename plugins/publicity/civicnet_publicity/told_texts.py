"""The words of a body as a reader sees them, from what is stored: no picture, file or page is looked up for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from wagtail.rich_text import get_text_for_indexing

from civicnet_publicity.body_library import items_of


def body_text(blocks: Iterable[Mapping[str, Any]]) -> str:
    """The text of stored blocks, one on each line. Blocks of other plugins are left out: whether they are shown changes."""
    return "\n".join(text for block in blocks for text in _texts_of(block) if text)


def _texts_of(block: Mapping[str, Any]) -> Iterator[str]:
    value, read = block.get("value"), _TEXTS.get(str(block.get("type")))
    if value and read:
        yield from read(value)


def _table(value: Any) -> Iterator[str]:
    yield value.get("table_caption") or ""
    for row in value.get("data") or []:
        yield " ".join(str(cell) for cell in row if cell)


def _named(*names: str) -> Callable[[Any], Iterator[str]]:
    return lambda value: (value.get(name) or "" for name in names)


def _listed(name: str, *inside: str) -> Callable[[Any], Iterator[str]]:
    def read(value: Any) -> Iterator[str]:
        yield value.get("title") or ""
        for one in items_of(value.get(name)):
            yield from (one.get(field) or "" for field in inside)

    return read


def _questions(value: Any) -> Iterator[str]:
    yield value.get("title") or ""
    for one in items_of(value.get("items")):
        yield one.get("question") or ""
        yield get_text_for_indexing(one.get("answer") or "")


_TEXTS: dict[str, Callable[[Any], Iterator[str]]] = {
    "heading": lambda value: iter([value]),
    "paragraph": lambda value: iter([get_text_for_indexing(value)]),
    "image": _named("caption"),
    "quote": _named("text", "source"),
    "table": _table,
    "attachment": _named("name"),
    "gallery": _listed("pictures", "caption"),
    "video": _named("caption", "transcript"),
    "attachments": _listed("files", "name"),
    "questions": _questions,
    "chart": _named("title"),
}
