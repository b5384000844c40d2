"""Parcels: what readers can see of an article now, on its way to one channel."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import orjson
from bs4 import BeautifulSoup
from django.conf import settings
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from wagtail.images import get_image_model
from wagtail.images.shortcuts import get_rendition_or_not_found

from civicnet.contract import ANONYMOUS, InvalidInput
from civicnet.gateway.content.addresses import Homes, portable
from civicnet.gateway.content.asked import Asked
from civicnet.gateway.content.pictures import image_rows
from civicnet.gateway.ids import to_global_id
from civicnet_publicity.media_blocks import WIDE
from civicnet_publicity.models import ChannelDelivery, ChannelWish
from civicnet_publicity.rows import article_row
from civicnet_publicity.selectors.channels import home_and_picture

COVER = "width-1280"
# What an Article tells: neither counts nor where else it stands, which grow dear with the site.
_ASKED = Asked(
    {
        name: Asked({"title": Asked(), "shown": Asked()})
        for name in (
            *("title", "summary", "author", "source", "column", "keywords", "indexNumber", "url", "publishedAt"),
            *("updatedAt", "fields", "bodyHtml"),
        )
    }
)
# From the best that is still small enough: the longest side in pixels, and the quality.
_STEPS = ((1600, 85), (1280, 80), (1080, 70), (800, 60), (640, 50))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as our site shows it; ``name`` is where it lies among our files."""

    src: str
    alt: str
    name: str
    file: Any

    def read(self) -> bytes:
        """The file as it is."""
        with self.file.storage.open(self.file.name, "rb") as stream:
            return bytes(stream.read())

    def jpeg(self, most: int) -> bytes:
        """The file as a JPEG of at most so many bytes, made smaller as far as it must be.

        Raises:
            InvalidInput: none is small enough.
        """
        with Image.open(io.BytesIO(self.read())) as opened:
            whole = ImageOps.exif_transpose(opened).convert("RGB")
        for side, quality in _STEPS:
            made, stream = whole.copy(), io.BytesIO()
            made.thumbnail((side, side * 4))
            made.save(stream, "JPEG", quality=quality)
            if stream.tell() <= most:
                return stream.getvalue()
        raise InvalidInput(_("A picture is too big for this channel: %(name)s") % {"name": self.alt or self.name})


@dataclass(frozen=True, slots=True)
class Article:
    """What readers see; as ``ChannelArticle`` of the hooks."""

    id: str
    title: str
    summary: str
    author: str
    source: str
    column: str
    keywords: Sequence[str]
    index_number: str
    url: str
    published_at: datetime
    updated_at: datetime
    html: str
    pictures: Sequence[Picture]
    cover: Picture | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One article on its way to one channel; as ``Parcel`` of the hooks."""

    kind: str
    channel: int
    settings: Mapping[str, str]
    article_id: str
    article_url: str
    title: str
    edition: int
    remote: str
    unsure: bool
    article: Article | None = None


def parcel_of(row: ChannelDelivery) -> Parcel | None:
    """What a delivery brings; None where the article is to stand there and readers cannot see it any more."""
    article = None
    if row.wish == ChannelWish.PUBLISH:
        article = article_for_channels(row.article)
        if article is None:
            return None
    channel = row.channel
    return Parcel(
        kind=channel.kind,
        channel=channel.pk,
        settings=channel.settings | (orjson.loads(channel.secrets) if channel.secrets else {}),
        article_id=to_global_id("PublicityArticle", row.article),
        article_url=row.address,
        title=row.title,
        edition=row.edition,
        remote=row.remote,
        unsure=row.unsure,
        article=article,
    )


def article_for_channels(pk: int) -> Article | None:
    """An article as portals read it: without pictures and files that not everybody may see."""
    row = article_row(ANONYMOUS, _ASKED, pk=pk)
    if row is None:
        return None
    url_path, image = home_and_picture(pk)
    html = _fields_html(row["fields"]) + row["body_html"]
    pictures = _pictures(html, Homes().root_of(url_path))
    return Article(
        id=to_global_id("PublicityArticle", pk),
        title=row["title"],
        summary=row["summary"],
        author=row["author"],
        source=row["source"],
        column=row["column"]["title"] if row["column"] else "",
        keywords=tuple(row["keywords"]),
        index_number=row["index_number"] or "",
        url=row["url"],
        published_at=row["published_at"],
        updated_at=row["updated_at"],
        html=html,
        pictures=pictures,
        cover=_cover(image) or next(iter(pictures), None),
    )


def _fields_html(fields: Mapping[str, Any] | None) -> str:
    """What the column's type asks for, as paragraphs: every channel takes these. Pictures as files that are there."""
    shown = fields["shown"] if fields else ()
    pictures = get_image_model().objects.in_bulk([one["image"]["id"] for one in shown if one["image"]])
    told = ((one["label"], linebreaksbr(one["text"]), _img(one, pictures)) for one in shown)
    return "".join(
        format_html("<p><strong>{}</strong></p><p>{}</p>", label, picture)
        if picture
        else format_html("<p><strong>{}</strong> {}</p>", label, text)
        for label, text, picture in told
    )


def _img(one: Mapping[str, Any], pictures: Mapping[int, Any]) -> str:
    image = pictures.get(one["image"]["id"]) if one["image"] else None
    if image is None:
        return ""
    made = get_rendition_or_not_found(image, WIDE)
    tag = format_html('<img src="{}" width="{}" height="{}" alt="{}">', made.url, made.width, made.height, one["text"])
    return mark_safe(portable(tag, one["image"]["root_url"]))


def _cover(image: Any) -> Picture | None:
    if image is None or image.pk not in image_rows([image.pk], ()):
        return None
    made = image.get_rendition(COVER)
    return Picture(made.url, image.default_alt_text, made.file.name, made.file)


def _pictures(html: str, root: str) -> tuple[Picture, ...]:
    """The pictures that stand in the text; only files that our site shows as pictures are read."""
    found: dict[str, Picture] = {}
    prefix = f"{root}{settings.MEDIA_URL}" if settings.MEDIA_URL.startswith("/") else settings.MEDIA_URL
    tags = [tag for tag in BeautifulSoup(html, "html.parser").find_all("img") if str(tag.get("src")).startswith(prefix)]
    names = {unquote(str(tag["src"])[len(prefix) :]) for tag in tags}
    renditions: Any = get_image_model().get_rendition_model().objects
    files = {one.file.name: one.file for one in renditions.filter(file__in=names)}
    for tag in tags:
        src, name = str(tag["src"]), unquote(str(tag["src"])[len(prefix) :])
        if name in files:
            found[src] = Picture(src, str(tag.get("alt") or ""), name, files[name])
    return tuple(found.values())
