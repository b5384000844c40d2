"""Looking up a key before the picture of the request is fixed: one statement tells of both."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from civicnet.access.callers import key_row
from civicnet.access.keys import shown_key


class KeyMiddleware:
    """Stands before the snapshot. Whether a key is valid is asked by the door that takes it, of what was read here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a request without a key is left alone."""
        prefix = shown_key(request.META)
        if prefix is not None:
            row = key_row(request, prefix)
            if row is not None and row["generation"] is not None:
                request.generation = row["generation"]  # type: ignore[attr-defined]
        return self.get_response(request)
