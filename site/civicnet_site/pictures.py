"""The pictures that Wagtail made from uploads, with the headers that every answer of ours carries."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve

DAY = 24 * 3600


def picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """A made picture by its name. Documents and originals, which may be private, lie beside this folder, not in it."""
    response = serve(request, path, document_root=settings.MEDIA_ROOT / "images")
    response.headers["Cache-Control"] = f"public, max-age={DAY}"
    return response
