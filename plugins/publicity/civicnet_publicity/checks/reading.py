"""Reading an article into its plain parts: of a saved version, or of a form that somebody is typing in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from civicnet_publicity.checks.parts import DISCLOSURE, Disclosure, Link, Parts, Picture, Piece
from civicnet_publicity.checks.typed import TypedParts

TEXTS = (
    "title",
    "summary",
    "source",
    "author",
    "keywords",
    "document_number",
    "issuing_body",
    "theme_class",
    "form_class",
    "group_class",
    "disclosure_scope",
    "seo_title",
    "search_description",
)
FIELDS = tuple(dict.fromkeys((*TEXTS, "body", "image", "index_number", "document_date", "go_live_at", *DISCLOSURE)))
_BREAKS = frozenset(("p", "br", "li", "h2", "h3", "h4", "ul", "ol", "hr", "div"))


def parts_of(values: Mapping[str, Any], *, disclosed: bool, typed: TypedParts | None = None) -> Parts:
    """The parts of what stands in the fields, by their names; ``disclosed`` says whether its column is one of disclosure,
    ``typed`` what stands in the fields that its column's type has.
    """
    typed = typed or TypedParts()
    pieces = [Piece(name, text) for name in TEXTS if (text := str(values.get(name) or "")).strip()]
    told: dict[str, Any] = {name: _told(values.get(name)) for name in DISCLOSURE}
    found = _Body()
    for number, child in enumerate(values.get("body") or ()):
        found.add(number, child)
    return Parts(
        pieces=(*pieces, *typed.pieces, *found.pieces),
        links=tuple(found.links),
        pictures=tuple(found.pictures),
        keywords=str(values.get("keywords") or ""),
        description=str(values.get("search_description") or values.get("summary") or ""),
        index_number=str(values.get("index_number") or ""),
        document_date=_day(values.get("document_date")),
        goes_live=_day(values.get("go_live_at")),
        disclosed=disclosed,
        has_cover=bool(values.get("image")),
        silent=tuple(found.silent),
        has_policy=found.has_policy,
        disclosure=Disclosure(**told),
        size=found.size,
        bytes=found.bytes,
        lacking=typed.lacking,
        field_pictures=typed.pictures,
    )


class _Body:
    """What the blocks of a body hold, each looked at once."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.links: list[Link] = []
        self.pictures: list[Picture] = []
        # Videos without words for those who do not hear or see them.
        self.silent: list[tuple[str, int]] = []
        self.has_policy = False
        self.size = self.bytes = 0

    def add(self, number: int, child: Any) -> None:
        """One block. Those that other plugins bring are read by what Wagtail would index of them."""
        block = str(child.id or "")
        if child.block_type == "paragraph":
            html = str(getattr(child.value, "source", child.value) or "")
            text = self._rich(html, block, number)
        else:
            text = html = "\n".join(map(str, child.block.get_searchable_content(child.value)))
            for answer in _answers(child):
                self._rich(answer, block, number)
            self.links.extend(_chosen(child, block, number))
            self.pictures.extend(_shown(child, block, number))
            if child.block_type == "video" and not str(child.value.get("transcript") or "").strip():
                self.silent.append((block, number))
            self.has_policy |= child.block_type == "policy"
        self.size += len(html)
        self.bytes += len(html.encode(errors="surrogatepass"))
        if text.strip():
            self.pieces.append(Piece("body", text, block, number))

    def _rich(self, html: str, block: str, number: int) -> str:
        reader = _RichText()
        reader.feed(html)
        reader.close()
        for given, start, end in reader.anchors:
            kind, to = given.get("linktype") or "external", given.get("id") or given.get("href") or ""
            if not to.startswith(("mailto:", "tel:", "#")):
                self.links.append(Link(kind, to, "".join(reader.texts[start:end]), block, number))
        return "".join(reader.texts).strip("\n")


class _RichText(HTMLParser):
    """The text of a paragraph as it is read, and its links with the texts between their tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.anchors: list[tuple[dict[str, str | None], int, int]] = []
        self._open: list[tuple[dict[str, str | None], int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A link begins, or a line."""
        if tag == "a":
            self._open.append((dict(attrs), len(self.texts)))
        elif tag in _BREAKS and self.texts:
            self.texts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """A link ends."""
        if tag == "a" and self._open:
            given, start = self._open.pop()
            self.anchors.append((given, start, len(self.texts)))

    def handle_data(self, data: str) -> None:
        """Words."""
        self.texts.append(data)


def _answers(child: Any) -> Iterator[str]:
    if child.block_type == "questions":
        for one in child.value.get("items") or ():
            yield str(getattr(one.get("answer"), "source", one.get("answer")) or "")


def _chosen(child: Any, block: str, number: int) -> Iterator[Link]:
    value = child.value
    if child.block_type == "attachment":
        yield _file(value.get("document"), value.get("name"), block, number)
    elif child.block_type == "video":
        yield _file(value.get("video"), value.get("caption"), block, number)
    elif child.block_type == "attachments":
        for one in value.get("files") or ():
            yield _file(one.get("document"), one.get("name"), block, number)
    elif child.block_type == "policy":
        page = value.get("article")
        yield Link("page", str(page.pk) if page else "", str(page or ""), block, number)


def _file(document: Any, name: Any, block: str, number: int) -> Link:
    # A file that was deleted is None here: its number is lost, but not that there was one.
    return Link("document", str(document.pk) if document else "", str(name or document or ""), block, number)


def _shown(child: Any, block: str, number: int) -> Iterator[Picture]:
    if child.block_type == "image":
        images = [child.value.get("image")]
    else:
        images = (
            [one.get("image") for one in child.value.get("pictures") or ()] if child.block_type == "gallery" else []
        )
    for image in images:
        if image is not None:
            alt, decorative = getattr(image, "contextual_alt_text", ""), getattr(image, "decorative", False)
            yield Picture(str(alt or ""), bool(decorative), block, number)


def _told(value: Any) -> str | date | None:
    return value if isinstance(value, date) else str(value or "")


def _day(value: Any) -> date | None:
    if isinstance(value, str):
        try:
            value = parse_datetime(value) or parse_date(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, date) else None
