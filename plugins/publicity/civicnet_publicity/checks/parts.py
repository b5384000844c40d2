"""The plain parts of an article: what checks look at, without pages, blocks or a database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import partial
from typing import Any

from civicnet_publicity.checks.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Piece:
    """A text as it is read: of a field, or of the block ``number`` of the body."""

    field: str
    text: str
    block: str = ""
    number: int = -1

    def finding(self, code: str, severity: Severity, sentence: str, start: int, end: int, **more: Any) -> Finding:
        """Something found in it; the excerpt is what stands there, unless another is given."""
        told = {"excerpt": self.text[start:end]} | more
        return Finding(code, severity, sentence, self.field, self.block, self.number, start, end, **told)


@dataclass(frozen=True, slots=True)
class Link:
    """Where the body leads: ``kind`` is page, document or external, ``to`` a number or an address."""

    kind: str
    to: str
    text: str
    block: str
    number: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the body and the words for those who do not see it."""

    alt: str
    decorative: bool
    block: str
    number: int


@dataclass(frozen=True, slots=True)
class FieldPicture:
    """A picture in a field of the column's type, with what the library says it shows."""

    field: str
    label: str
    alt: str


# Told as pieces of text already.
_PIECES = ("issuing_body", "document_number")


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What stands in the head of a disclosed document; "" and None where nothing does."""

    issuing_body: str = ""
    document_number: str = ""
    theme_class: str = ""
    form_class: str = ""
    group_class: str = ""
    validity: str = ""
    valid_from: Any = None
    valid_until: Any = None
    disclosure_way: str = ""
    disclosure_scope: str = ""


DISCLOSURE = tuple(one.name for one in fields(Disclosure))


@dataclass(frozen=True, slots=True)
class Parts:
    """An article taken apart. ``pieces`` are all texts that readers read, ``silent`` the videos without words for those who do
    not hear or see them, by block and place; ``size`` is the length of the body's HTML.

    ``lacking`` are required fields of the column's type that are empty, by name and label, ``field_pictures`` the pictures in
    such fields.
    """

    pieces: tuple[Piece, ...]
    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
    keywords: str = ""
    description: str = ""
    index_number: str = ""
    document_date: date | None = None
    goes_live: date | None = None
    disclosed: bool = False
    has_cover: bool = False
    silent: tuple[tuple[str, int], ...] = ()
    has_policy: bool = False
    disclosure: Disclosure = Disclosure()
    size: int = 0
    bytes: int = 0
    lacking: tuple[tuple[str, str], ...] = ()
    field_pictures: tuple[FieldPicture, ...] = ()

    order = (
        *("title", "summary", "body", "image", "source", "author", "keywords", "index_number", "document_number"),
        *("issuing_body", "document_date", "theme_class", "form_class", "group_class", "validity", "valid_from"),
        *("valid_until", "disclosure_way", "disclosure_scope", "seo_title", "search_description"),
    )

    def text(self, field: str) -> str:
        """The text of one field."""
        return next((piece.text for piece in self.pieces if piece.field == field), "")

    @property
    def digest(self) -> str:
        """The same for the same content: names of blocks, which a form gives anew, are no part of it."""
        plain_parts = asdict(self, dict_factory=partial(_without, "block"))
        # What an article without these has is not said: what was let pass before there were any stays let pass.
        told = plain_parts.pop("disclosure")
        plain_parts |= {f"disclosure.{name}": value for name, value in told.items() if value and name not in _PIECES}
        plain_parts["silent"] = [number for _block, number in self.silent]
        for name in ("silent", "has_policy", "field_pictures"):
            if not plain_parts[name]:
                del plain_parts[name]
        plain = json.dumps(plain_parts, default=str, sort_keys=True)
        return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()


def _without(name: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # What came later changes no digest that was kept before, as long as it says nothing.
    return {key: value for key, value in pairs if key != name and not (key == "lacking" and not value)}
