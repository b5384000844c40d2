"""Highlights: where the words of a search stand in a text, as pieces of plain text that a portal marks in its own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import graphene

from civicnet.search.marking import pieces


class SearchPiece(graphene.ObjectType):
    """A part of a text. Pieces in their order are the text; none is HTML, whatever signs it holds."""

    text = graphene.String(required=True)
    marked = graphene.Boolean(required=True, description="Whether it is what was searched for.")


class SearchHighlight(graphene.ObjectType):
    """A text in which something was found, or of a long text the part around the first of what was found."""

    field = graphene.String(required=True, description="The field of the node whose text it is.")
    pieces = graphene.List(graphene.NonNull(SearchPiece), required=True)


def highlights(texts: Mapping[str, str], words: Sequence[str]) -> list[dict[str, Any]]:
    """Those of the texts by field in which a word stands, as rows of ``SearchHighlight``; letters match in either case."""
    found = []
    for field, text in texts.items():
        parts = pieces(text, words)
        if any(marked for _part, marked in parts):
            found.append({"field": field, "pieces": [{"text": part, "marked": marked} for part, marked in parts]})
    return found
