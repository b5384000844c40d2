"""Bodies: from blocks to HTML, for one article or a page of them with the same few statements.

What blocks refer to is read once for all of them (``body_library``), and stands in the context of their templates: ``sizes`` is
whether pictures are given with their sizes, ``page_links`` and ``metrics`` what may be led to and shown, ``expand_later`` that
references in rich text stay as they are until all texts are expanded in one go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from wagtail.blocks import StreamValue
from wagtail.rich_text import expand_db_html

from civicnet.gateway.content.richtext import expanded
from civicnet_publicity.body_library import OURS, Library

# Has no meaning in HTML and is taken out of the pieces, so texts expanded in one go can be told apart again.
_SEAM = "\x1e"
Raw = Mapping[str, Any]


def body_html(bodies: Sequence[StreamValue]) -> list[SafeString]:
    """The HTML of each body as our sites show it.

    All bodies are read as one stream, so that pictures, files and links are fetched once for all of them. No picture is made
    meanwhile: one that nobody has asked for in its size stands there by the address that makes it.
    """
    texts = _pieces(bodies, for_all=False)
    return [mark_safe(text) for text in expand_db_html(_SEAM.join(texts)).split(_SEAM)] if texts else []


def told_html(bodies: Sequence[StreamValue]) -> list[str]:
    """The HTML of each body as portals get it: without pictures, files and links that not everybody may see."""
    return list(expanded(_pieces(bodies, for_all=True)))


def _pieces(bodies: Sequence[StreamValue], *, for_all: bool) -> list[str]:
    if not bodies:
        return []
    stream, raw = bodies[0].stream_block, [block for body in bodies for block in body.raw_data]
    library = Library([block for block in raw if block["type"] in OURS], for_all=for_all)
    others = iter(StreamValue(stream, [block for block in raw if block["type"] not in OURS], is_lazy=True))
    made = iter([_piece(stream, block, library, others).replace(_SEAM, "") for block in raw])
    # A block of a plugin that is off stands in the stream, and says nothing.
    return ["\n".join(filter(None, islice(made, len(body.raw_data)))) for body in bodies]


def _piece(stream: Any, block: Raw, library: Library, others: Any) -> str:
    kind = block["type"]
    if kind in OURS:
        value = library.value(kind, block.get("value"))
        return "" if value is None else str(stream.child_blocks[kind].render(value, library.context)).strip()
    child = next(others)
    # Links in it are still references to pages and files: expanded later, for all texts at once.
    return f'<div class="prose">{child.value.source}</div>' if kind == "paragraph" else str(child.render())
