"""Highlights: where the words of a search stand in a text, as pieces of plain text that a portal marks in its own way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import graphene


class SearchPiece(graphene.ObjectType):
    """A part of a text. Pieces in their order are the text; none is HTML, whatever signs it holds."""

    text = graphene.String(required=True)
    marked = graphene.Boolean(required=True, description="Whether it is what was searched for.")


class SearchHighlight(graphene.ObjectType):
    """A text in which something was found."""

    field = graphene.String(required=True, description="The field of the node whose text it is.")
    pieces = graphene.List(graphene.NonNull(SearchPiece), required=True)


def highlights(texts: Mapping[str, str], words: Sequence[str]) -> list[dict[str, Any]]:
    """Those of the texts by field in which a word stands, as rows of ``SearchHighlight``; letters match in either case."""
    # The longest first: of two words that begin alike the shorter would hide the longer.
    either = "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True))
    cut = re.compile(f"({either})", re.IGNORECASE)
    found = []
    for field, text in texts.items():
        parts = cut.split(text)
        if len(parts) > 1:
            pieces = [{"text": part, "marked": place % 2 == 1} for place, part in enumerate(parts) if part]
            found.append({"field": field, "pieces": pieces})
    return found
