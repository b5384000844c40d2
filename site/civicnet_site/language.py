"""Which language an answer is in: Chinese, unless the reader chose another."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class LanguageMiddleware:
    """A person's choice is kept in a cookie. A browser's own preference does not count: most are sent unasked.

    A program that does not ask for HTML sends its ``Accept-Language`` on purpose, so there it is followed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the chosen language, and say which it was."""
        language = self._choose(request)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def _choose(self, request: HttpRequest) -> str:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if chosen in dict(settings.LANGUAGES):
            return chosen
        if "Accept-Language" in request.headers and "text/html" not in request.headers.get("Accept", ""):
            return translation.get_language_from_request(request)
        return settings.LANGUAGE_CODE
