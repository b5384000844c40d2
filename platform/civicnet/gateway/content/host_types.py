"""The host's types for content and search: they stand in every schema, whatever is on."""

from __future__ import annotations

from typing import Any

from civicnet.gateway.content.files import ContentDocument
from civicnet.gateway.content.links import ContentPageLink
from civicnet.gateway.content.pictures import ContentImage
from civicnet.gateway.content.richtext import ContentRichText
from civicnet.gateway.content.streams import ContentBlock
from civicnet.gateway.content.tables import ContentTable
from civicnet.gateway.search.highlights import SearchHighlight, SearchPiece

HOST_TYPES: tuple[Any, ...] = (
    ContentBlock,
    ContentDocument,
    ContentImage,
    ContentPageLink,
    ContentRichText,
    ContentTable,
    SearchHighlight,
    SearchPiece,
)
