"""Bodies: from blocks to HTML, for one article or a page of them with the same few statements."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.safestring import SafeString, mark_safe
from wagtail.blocks import StreamValue
from wagtail.rich_text import expand_db_html

from civicnet.gateway.content.files import document_rows
from civicnet.gateway.content.pictures import image_rows
from civicnet.gateway.content.richtext import expanded

# Has no meaning in HTML and is taken out of the pieces, so texts expanded in one go can be told apart again.
_SEAM = "\x1e"


def body_html(bodies: Sequence[StreamValue]) -> list[SafeString]:
    """The HTML of each body.

    All bodies are read as one stream, so that pictures, files and links are fetched once for all of them.
    """
    children = _children(bodies)
    texts = _joined(bodies, [_piece(child) for child in children])
    return [mark_safe(text) for text in expand_db_html(_SEAM.join(texts)).split(_SEAM)] if texts else []


def told_html(bodies: Sequence[StreamValue]) -> list[str]:
    """The HTML of each body as portals get it: without pictures, files and links that not everybody may see."""
    children = _children(bodies)
    pictures, files = _of(children, "image"), _of(children, "document")
    shown = {*(("image", pk) for pk in image_rows(pictures, ())), *(("document", pk) for pk in document_rows(files))}
    pieces = ["" if _names(child) and _names(child) not in shown else _piece(child) for child in children]
    return list(expanded(_joined(bodies, pieces)))


def _children(bodies: Sequence[StreamValue]) -> list[Any]:
    if not bodies:
        return []
    raw = [block for body in bodies for block in body.raw_data]
    children = list(StreamValue(bodies[0].stream_block, raw, is_lazy=True))
    pictures = [child.value["image"] for child in children if child.block_type == "image" and child.value["image"]]
    if pictures:
        prefetch_related_objects(pictures, "renditions")
    return children


def _joined(bodies: Sequence[StreamValue], pieces: Sequence[str]) -> list[str]:
    waiting = iter([piece.replace(_SEAM, "") for piece in pieces])
    # A block of a plugin that is off stands in the stream, and says nothing.
    return ["\n".join(filter(None, islice(waiting, len(body.raw_data)))) for body in bodies]


def _piece(child: Any) -> str:
    if child.block_type == "paragraph":
        # Links in it are still references to pages and files: expanded later, for all texts at once.
        return f'<div class="prose">{child.value.source}</div>'
    return str(child.render())


def _names(child: Any) -> tuple[str, int] | None:
    """The picture or file that a block of ours is about."""
    kind = {"image": "image", "attachment": "document"}.get(child.block_type)
    found = child.value.get(kind) if kind else None
    return (kind, found.pk) if kind and found else None


def _of(children: Sequence[Any], kind: str) -> set[int]:
    return {named[1] for child in children if (named := _names(child)) and named[0] == kind}
