"""Parts of a video: players ask for a stretch of bytes (RFC 9110, 14), and some of them play nothing without it."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail.documents.models import document_served

# Django's own ``serve`` and Wagtail's views know no ranges.
KINDS = ("video/mp4", "video/webm")
_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
# So much is sent at once, which RFC 9110 (15.3.7) lets a server decide: players ask on, and no process is bound for long.
MOST_AT_ONCE = 4 * 1024 * 1024


def serve_part(document: Any, request: HttpRequest) -> HttpResponse | None:
    """The stretch of a video that a request names; None where it names none, or several, and gets the whole.

    Asked by Wagtail before it serves a document, after it has looked who may read it.
    """
    asked = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if document.content_type not in KINDS or asked is None or not any(asked.groups()):
        return None
    if (given := request.headers.get("If-Range")) and given.strip('"') != document.file_hash:
        return None
    if not document.file.storage.exists(document.file.name):
        return None
    size = document.file.size
    first, last = _stretch(asked[1], asked[2], size)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    last = min(last, first + MOST_AT_ONCE - 1)
    told = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": document.content_disposition,
        "Content-Range": f"bytes {first}-{last}/{size}",
        "ETag": f'"{document.file_hash}"',
    }
    if not first:
        document_served.send(sender=type(document), instance=document, request=request)
    with document.file.storage.open(document.file.name, "rb") as stream:
        stream.seek(first)
        content = stream.read(last - first + 1)
    return HttpResponse(content, status=206, headers=told, content_type=document.content_type)


def _stretch(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        # So many from the end.
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
