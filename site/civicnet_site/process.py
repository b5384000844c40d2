"""Which process answered: a header that the demo uses to show that all of them follow a switch."""

from __future__ import annotations

import os
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse


class ProcessMiddleware:
    """Adds ``X-CivicNet-Process``; takes itself out unless the settings ask for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.CIVICNET_SHOW_PROCESS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and sign."""
        response = self.get_response(request)
        response.headers["X-CivicNet-Process"] = str(os.getpid())
        return response
