"""Kept pages: what a public page says of itself, so that whole pages can be sent again before the middleware.

A page that may be kept is the same for whoever brings the same headers and the same choice of language and letters: nobody is
asked who they are, and nothing is written. The page front notes what it was read from, as for answers of GraphQL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from civicnet.gateway.cache.keeping import VERSIONS
from civicnet.gateway.cache.lifetimes import is_never_kept, until
from civicnet.lifecycle.snapshot import current

_FOR_ALL = "public, max-age=0, must-revalidate"
_FOR_ONE = "private, max-age=0, must-revalidate"
_VARY = ("Accept", "Accept-Language", "Cookie")


@dataclass(frozen=True, slots=True)
class Keepable:
    """Until when a page may be sent again, in seconds of the epoch, and who is told of each time that it is."""

    request: HttpRequest
    until: float
    sent: Callable[[Mapping[str, Any]], None] | None

    @property
    def holds(self) -> bool:
        """Whether it may be kept, now that it is rendered: a part that could not be shown may be there next time."""
        return not is_never_kept(self.request)


def keep_page(
    request: HttpRequest, response: HttpResponse, *, sent: Callable[[Mapping[str, Any]], None] | None = None
) -> HttpResponse:
    """Say in the view of a public page that it may be kept; returns the response, with headers for caches in front of us.

    ``sent`` is called with the WSGI environment of each later request that is answered without the view. No cache serves the
    page without asking, so that what is withdrawn is gone at once.
    """
    signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
    response.headers.setdefault("Cache-Control", _FOR_ONE if signed_in else _FOR_ALL)
    patch_vary_headers(response, _VARY)
    known = request.META.get(VERSIONS)
    if known is not None and not signed_in:
        response.civicnet_page = Keepable(request, until(request, current(), known), sent)  # type: ignore[attr-defined]
    return response
