"""Bodies: from blocks to HTML, for one article or a page of them with the same few statements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.safestring import SafeString, mark_safe
from wagtail.blocks import StreamValue
from wagtail.rich_text import expand_db_html

# Has no meaning in HTML and is taken out of the pieces, so texts expanded in one go can be told apart again.
_SEAM = "\x1e"
_OWN_ADDRESS = re.compile(r'(<(?:a|img)\b[^>]*\s(?:href|src)=")/(?!/)')


def body_html(bodies: Sequence[StreamValue]) -> list[SafeString]:
    """The HTML of each body.

    All bodies are read as one stream, so that pictures, files and links are fetched once for all of them.
    """
    if not bodies:
        return []
    raw = [list(body.raw_data) for body in bodies]
    whole = StreamValue(bodies[0].stream_block, [block for blocks in raw for block in blocks], is_lazy=True)
    children = list(whole)
    _fetch_renditions(children)
    pieces = iter([_piece(child).replace(_SEAM, "") for child in children])
    # A block of a plugin that is off stands in the stream, and says nothing.
    joined = ["\n".join(filter(None, islice(pieces, len(blocks)))) for blocks in raw]
    return [mark_safe(text) for text in expand_db_html(_SEAM.join(joined)).split(_SEAM)]


def portable(html: str, root_url: str) -> str:
    """The same HTML for other portals: pictures, files and pages of ours by their whole address."""
    return _OWN_ADDRESS.sub(rf"\1{root_url}/", html)


def _piece(child: Any) -> str:
    if child.block_type == "paragraph":
        # Links in it are still references to pages and files: expanded later, for all texts at once.
        return f'<div class="prose">{child.value.source}</div>'
    return str(child.render())


def _fetch_renditions(children: list[Any]) -> None:
    pictures = [child.value["image"] for child in children if child.block_type == "image" and child.value["image"]]
    if pictures:
        prefetch_related_objects(pictures, "renditions")
