"""Rich text as portals read it: as HTML, as a tree of known nodes, and as plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import graphene
from django.utils.html import escape
from wagtail.images.formats import FORMATS_BY_NAME, search_for_image_formats
from wagtail.rich_text import features, get_text_for_indexing
from wagtail.rich_text.rewriters import FIND_A_TAG, FIND_EMBED_TAG, EmbedRewriter, LinkRewriter, extract_attrs

from civicnet.gateway.content.addresses import portable, whole
from civicnet.gateway.content.files import document_rows
from civicnet.gateway.content.links import page_links
from civicnet.gateway.content.pictures import at_place, image_rows, rendition
from civicnet.gateway.content.trees import Node, tree_of

# Has no meaning in HTML and is taken out of the texts, so those expanded in one go can be told apart again.
_SEAM = "\x1e"
Rows = Mapping[int, dict[str, Any]]


class ContentRichTextTree(graphene.Scalar):
    """A list of nodes as docs/reference/content-types.md describes them; each has a `type`, most have `children`."""

    @staticmethod
    def serialize(value: Any) -> Any:
        """The tree is JSON already."""
        return value


class ContentRichText(graphene.ObjectType):
    """A formatted text. Links to pages and files that cannot be read are left out; their words stay."""

    html = graphene.String(required=True)
    tree = graphene.Field(ContentRichTextTree, required=True)
    text = graphene.String(required=True)


class RichText:
    """One stored text: what of it is asked for (None: everything), and what it refers to."""

    def __init__(self, source: str, asked: frozenset[str] | None) -> None:
        self.source = source.replace(_SEAM, "")
        self.asks_html = asked is None or "html" in asked
        self.asks_tree = asked is None or "tree" in asked
        self.asks_text = asked is None or "text" in asked

    @property
    def pages(self) -> set[int]:
        """Pages that it links to."""
        return self._ids(self._links, "linktype", "page")

    @property
    def documents(self) -> set[int]:
        """Files that it links to."""
        return self._ids(self._links, "linktype", "document")

    @property
    def images(self) -> set[int]:
        """Pictures that stand in it."""
        return self._ids(self._embeds, "embedtype", "image")

    @property
    def filters(self) -> set[str]:
        """The sizes in which they do."""
        found = (format_of(one.get("format")) for one in self._embeds if one.get("embedtype") == "image")
        return {one.filter_spec for one in found}

    @cached_property
    def _links(self) -> Sequence[dict[str, str]]:
        return self._tags(FIND_A_TAG)

    @cached_property
    def _embeds(self) -> Sequence[dict[str, str]]:
        return self._tags(FIND_EMBED_TAG)

    def _tags(self, pattern: Any) -> Sequence[dict[str, str]]:
        if not (self.asks_html or self.asks_tree):
            return []
        return [extract_attrs(attributes) for attributes in pattern.findall(self.source)]

    @staticmethod
    def _ids(tags: Sequence[dict[str, str]], name: str, kind: str) -> set[int]:
        return {pk for one in tags if one.get(name) == kind and (pk := number(one.get("id"))) is not None}


def expand(texts: Sequence[tuple[RichText, str, dict[str, Any]]], pages: Rows, images: Rows, documents: Rows) -> None:
    """Fill the row of each text, given with the address of its site, from what was fetched for all of them."""
    html = iter(_html([one for one, _root, _row in texts if one.asks_html], pages, images, documents))
    for one, root_url, row in texts:
        if one.asks_html:
            row["html"] = portable(next(html), root_url)
        if one.asks_text:
            row["text"] = get_text_for_indexing(one.source)
        if one.asks_tree:
            resolve = _Resolver(root_url, pages, images, documents)
            row["tree"] = tree_of(one.source, link=resolve.link, embed=resolve.embed)


def expanded(sources: Sequence[str]) -> Sequence[str]:
    """The HTML of stored texts; links and pictures that not everybody may see are left out. At most four statements."""
    texts = [RichText(one, frozenset({"html"})) for one in sources]
    pages, images, documents, filters = (
        set().union(*(getattr(one, kind) for one in texts)) for kind in ("pages", "images", "documents", "filters")
    )
    return _html(texts, page_links(pages), image_rows(images, filters), document_rows(documents))


def number(text: Any) -> int | None:
    """A number of a row as rich text has it; None for anything else."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19 else None


def format_of(name: str | None) -> Any:
    """How a picture stands in a text; as wide as the text where nobody knows the name."""
    search_for_image_formats()
    return FORMATS_BY_NAME.get(name or "") or next(iter(FORMATS_BY_NAME.values()))


def _html(texts: Sequence[RichText], pages: Rows, images: Rows, documents: Rows) -> Sequence[str]:
    if not texts:
        return []

    def link(rows: Rows) -> Any:
        def expand_links(tags: Sequence[dict[str, str]]) -> list[str]:
            found = [rows.get(number(one.get("id")) or 0) for one in tags]
            return [f'<a href="{escape(row["url"])}">' if row else "<a>" for row in found]

        return expand_links

    def image(tags: Sequence[dict[str, str]]) -> list[str]:
        return [_img(one, images.get(number(one.get("id")) or 0)) for one in tags]

    def media(tags: Sequence[dict[str, str]]) -> list[str]:
        # What stands behind the address would have to be fetched from its host.
        return [f'<a href="{escape(one.get("url", ""))}">{escape(one.get("url", ""))}</a>' for one in tags]

    links = {kind: handler.expand_db_attributes_many for kind, handler in features.get_link_types().items()}
    embeds = {kind: handler.expand_db_attributes_many for kind, handler in features.get_embed_types().items()}
    linked = LinkRewriter(bulk_rules=links | {"page": link(pages), "document": link(documents)})
    whole_text = linked(_SEAM.join(one.source for one in texts))
    expanded_text: str = EmbedRewriter(bulk_rules=embeds | {"image": image, "media": media})(whole_text)
    return expanded_text.split(_SEAM)


def _img(tag: Mapping[str, str], row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    style = format_of(tag.get("format"))
    made = rendition(at_place(row, root_url=""), style.filter_spec)
    return (
        f'<img alt="{escape(tag.get("alt", ""))}" class="{escape(style.classname)}" '
        f'src="{escape(made["url"])}" width="{made["width"]}" height="{made["height"]}">'
    )


class _Resolver:
    """What links and pictures of a tree become on one site."""

    def __init__(self, root_url: str, pages: Rows, images: Rows, documents: Rows) -> None:
        self._root_url, self._pages, self._images, self._documents = root_url, pages, images, documents

    def link(self, tag: Mapping[str, str | None]) -> Node | None:
        pk = number(tag.get("id")) or 0
        kind = tag.get("linktype")
        if kind == "page":
            page = self._pages.get(pk)
            return page and {"type": "link", "to": "page", "url": page["url"], "nodeId": page["node_id"]}
        if kind == "document":
            document = self._documents.get(pk)
            return document and {"type": "link", "to": "document", "url": whole(document["url"], self._root_url)}
        return _outside(tag.get("href") or "")

    def embed(self, tag: Mapping[str, str | None]) -> Node | None:
        if tag.get("embedtype") == "media":
            outside = _outside(tag.get("url") or "")
            return outside and {"type": "embed", "url": outside["url"]}
        row = self._images.get(number(tag.get("id")) or 0) if tag.get("embedtype") == "image" else None
        if row is None:
            return None
        made = rendition(at_place(row, root_url=self._root_url), format_of(tag.get("format")).filter_spec)
        return {"type": "image", "alt": tag.get("alt") or "", **made}


def _outside(address: str) -> Node | None:
    if address.startswith(("http://", "https://", "mailto:", "tel:", "#")):
        return {"type": "link", "to": "address", "url": address}
    return None
