"""What somebody would write by hand for these two answers alone: ``values()`` rows, joined in Python, and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from wagtail.images import get_image_model
from wagtail.rich_text import expand_db_html

from civicnet.access.callers import caller
from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_publicity.selectors.public import readable
from civicnet_site.bench.facts import FILTER

_ROW = ("path", "title", "summary", "first_published_at", "keywords", "image")


def latest(request: HttpRequest) -> HttpResponse:
    """The 20 latest articles, in four statements."""
    _check_key(request)
    rows = _articles().order_by("-first_published_at", "-id").values(*_ROW)[:20]
    return _answer({"publicityArticles": {"nodes": _complete(list(rows))}})


def article(request: HttpRequest, pk: int) -> HttpResponse:
    """One article with its body."""
    _check_key(request)
    row = _articles().filter(pk=pk).values(*_ROW, "body").get()
    html = [expand_db_html(block["value"]) for block in row.pop("body").raw_data if block["type"] == "paragraph"]
    (shown,) = _complete([row])
    return _answer({"publicityArticle": shown | {"bodyHtml": "\n".join(html)}})


def _check_key(request: HttpRequest) -> None:
    # Who brings a key is looked up, as at our own endpoint.
    _bearer, _space, key = request.headers.get("Authorization", "").partition(" ")
    if key:
        caller(request, key)


def _articles() -> Any:
    return ArticlePage.objects.filter(readable(), first_published_at__isnull=False)


def _complete(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    above = {row["path"][: -ColumnPage.steplen] for row in rows}
    columns = {row["path"]: row for row in ColumnPage.objects.filter(path__in=above).values("path", "slug", "title")}
    made = get_image_model().get_rendition_model().objects
    cut = made.filter(image__in={row["image"] for row in rows}, filter_spec=FILTER)
    pictures = {row.pop("image"): row for row in cut.values("image", "file", "width", "height")}
    for picture in pictures.values():
        picture["url"] = default_storage.url(picture.pop("file"))
    return [
        {
            "title": row["title"],
            "summary": row["summary"],
            "publishedAt": row["first_published_at"],
            "column": columns.get(row["path"][: -ColumnPage.steplen]),
            "image": {"rendition": pictures.get(row["image"])},
            "keywords": row["keywords"],
        }
        for row in rows
    ]


def _answer(data: dict[str, Any]) -> HttpResponse:
    return HttpResponse(orjson.dumps({"data": data}), content_type="application/json")
