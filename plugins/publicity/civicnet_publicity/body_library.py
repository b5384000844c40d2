"""The library of a body: every picture, file, page and number that its blocks refer to, each kind read with one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.shortcuts import get_rendition_or_not_found

from civicnet.gateway.content.files import document_rows
from civicnet.gateway.content.links import page_links
from civicnet.gateway.content.pictures import image_rows, picture_in
from civicnet_publicity.media_blocks import SMALL, WIDE
from civicnet_publicity.metrics import read_metrics

OURS = frozenset({"image", "attachment", "gallery", "video", "attachments", "questions", "policy", "chart"})
Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reference:
    """A page by its number."""

    pk: int


@dataclass(frozen=True, slots=True)
class Text:
    """A rich text as it is stored."""

    source: str


class Library:
    """What these stored blocks refer to. ``for_all``: only what everybody may see, and pictures as files that are there.

    Else nothing is made that is not there, and what not everybody may see is left to the door behind which it lies.
    """

    def __init__(self, blocks: Sequence[Raw], *, for_all: bool) -> None:
        found = list(_references(blocks))
        images = {pk for kind, pk in found if kind == "image"}
        files = {pk for kind, pk in found if kind == "document"}
        if for_all:
            images, files = set(image_rows(images, ())), set(document_rows(files))
        self._images = get_image_model().objects.in_bulk(images) if images else {}
        self._files = get_document_model().objects.in_bulk(files) if files else {}
        for file in self._files.values():
            if file.file_size is None:
                # Wagtail would write it into the row, one by one; of a file that is gone it says none.
                with suppress(OSError, ValueError):
                    file.file_size = file.file.size
        if self._images:
            prefetch_related_objects(list(self._images.values()), "renditions")
        self._for_all = for_all
        self.context = {
            "expand_later": True,
            "page_links": page_links({pk for kind, pk in found if kind == "page"}),
            "metrics": read_metrics({key for kind, key in found if kind == "metric"}),
        }

    def value(self, kind: str, raw: Any) -> dict[str, Any] | None:
        """A block as its template takes it; None where nothing of it can be shown."""
        return _VALUES[kind](self, raw if isinstance(raw, dict) else {})

    def picture(self, raw: Any, spec: str) -> Any:
        """A picture with the words of its place and its size there, or None."""
        given = raw if isinstance(raw, dict) else {"image": raw}
        image = self._images.get(given.get("image"))
        if image is None:
            return None
        alt = "" if given.get("decorative") else given.get("alt_text") or image.default_alt_text
        return {"alt": alt, **(_made(image, spec) if self._for_all else picture_in(image, spec))}

    def file(self, pk: Any) -> Any:
        """A file, or None."""
        return self._files.get(pk)


def _made(image: Any, spec: str) -> dict[str, Any]:
    # Of a picture whose file is gone the others are shown all the same.
    made = get_rendition_or_not_found(image, spec)
    return {"url": made.url, "width": made.width, "height": made.height}


def _references(blocks: Iterable[Raw]) -> Iterator[tuple[str, Any]]:
    for block in blocks:
        value = block.get("value")
        yield from _REFERENCES[block["type"]](value if isinstance(value, dict) else {})


def items_of(raw: Any) -> list[Any]:
    """The items of a stored list, as Wagtail stores them since 2.16 or before."""
    given = raw if isinstance(raw, list) else []
    return [
        one["value"] if isinstance(one, dict) and one.get("type") == "item" and "value" in one else one for one in given
    ]


def _pointed(kind: str, pk: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(pk, int):
        yield kind, pk


def _image(raw: Any) -> Iterator[tuple[str, Any]]:
    return _pointed("image", raw.get("image") if isinstance(raw, dict) else raw)


def _in_gallery(value: Raw) -> Iterator[tuple[str, Any]]:
    for one in items_of(value.get("pictures")):
        yield from _image(one.get("image"))


def _in_video(value: Raw) -> Iterator[tuple[str, Any]]:
    yield from _pointed("document", value.get("video"))
    yield from _pointed("image", value.get("poster"))


def _in_files(value: Raw) -> Iterator[tuple[str, Any]]:
    for one in items_of(value.get("files")):
        yield from _pointed("document", one.get("document"))


_REFERENCES: Mapping[str, Callable[[Raw], Iterator[tuple[str, Any]]]] = {
    "image": lambda value: _image(value.get("image")),
    "attachment": lambda value: _pointed("document", value.get("document")),
    "gallery": _in_gallery,
    "video": _in_video,
    "attachments": _in_files,
    "questions": lambda value: iter(()),
    "policy": lambda value: _pointed("page", value.get("article")),
    "chart": lambda value: iter([("metric", str(value.get("metric") or ""))]),
}


def _figure(library: Library, value: Raw, spec: str = WIDE) -> dict[str, Any] | None:
    picture = library.picture(value.get("image"), spec)
    return picture and {"picture": picture, "caption": value.get("caption") or ""}


def _attachment(library: Library, value: Raw) -> dict[str, Any] | None:
    file = library.file(value.get("document"))
    return file and {"document": file, "name": value.get("name") or ""}


def _gallery(library: Library, value: Raw) -> dict[str, Any] | None:
    pictures = [_figure(library, one, SMALL) for one in items_of(value.get("pictures"))]
    shown = [one for one in pictures if one]
    return {"title": value.get("title") or "", "pictures": shown} if shown else None


def _video(library: Library, value: Raw) -> dict[str, Any] | None:
    video = library.file(value.get("video"))
    texts = {name: value.get(name) or "" for name in ("caption", "transcript")}
    return video and {"video": video, "poster_picture": library.picture(value.get("poster"), WIDE), **texts}


def _attachments(library: Library, value: Raw) -> dict[str, Any] | None:
    files = [_attachment(library, one) for one in items_of(value.get("files"))]
    shown = [one for one in files if one]
    return {"title": value.get("title") or "", "files": shown} if shown else None


def _questions(library: Library, value: Raw) -> dict[str, Any]:
    asked = [
        {"question": one.get("question") or "", "answer": Text(one.get("answer") or "")}
        for one in items_of(value.get("items"))
    ]
    return {"title": value.get("title") or "", "items": asked}


def _policy(library: Library, value: Raw) -> dict[str, Any]:
    return {"article": Reference(value.get("article") or 0), "relation": value.get("relation")}


def _chart(library: Library, value: Raw) -> dict[str, Any]:
    return {"metric": str(value.get("metric") or ""), "title": value.get("title") or ""}


_VALUES: Mapping[str, Callable[[Library, Raw], dict[str, Any] | None]] = {
    "image": _figure,
    "attachment": _attachment,
    "gallery": _gallery,
    "video": _video,
    "attachments": _attachments,
    "questions": _questions,
    "policy": _policy,
    "chart": _chart,
}
