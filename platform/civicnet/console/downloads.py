"""Downloads: a file made for one person, saved and never shown, kept by nobody on the way."""

from __future__ import annotations

from pathlib import PurePath
from typing import IO

from django.http import FileResponse
from django.utils.cache import add_never_cache_headers

# What Python's own list lacks.
_TYPES = {".geojson": "application/geo+json"}


def download(file: IO[bytes], name: str) -> FileResponse:
    """The file as an attachment of this name; it is closed once it is sent."""
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=_TYPES.get(PurePath(name).suffix))
    answer["X-Content-Type-Options"] = "nosniff"
    add_never_cache_headers(answer)
    return answer
