"""Idle sessions end, and none outlives a working day."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

BEGAN = "civicnet_began"
SEEN = "civicnet_seen"
# What an open page asks by itself, with nobody before it.
_BY_ITSELF = ("/admin/editing-sessions/",)
_ONCE_A_MINUTE = 60
FORBIDDEN = 403


class IdleMiddleware:
    """Ends a signed-in session that nobody used for a while. A request without a session's cookie is left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; the redirect to a sign-in page then says why it came."""
        reason = _end(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else ""
        if reason and request.method == "POST" and request.path.startswith(("/admin/", "/desk/")):
            # A redirect would throw away what was typed without a word.
            return _not_saved(request)
        response = self.get_response(request)
        if reason and _leads_to_sign_in(response):
            location = response.headers["Location"]
            response.headers["Location"] = f"{location}{'&' if '?' in location else '?'}ended={reason}"
        return response


def _end(request: HttpRequest) -> str:
    session = request.session
    if SESSION_KEY not in session:
        return ""
    now = int(time.time())
    began, seen = session.get(BEGAN, now), session.get(SEEN, now)
    if now - began > settings.CIVICNET_SESSION_HOURS * 3600:
        session.flush()
        return "lifetime"
    if now - seen > settings.CIVICNET_SESSION_IDLE_MINUTES * 60:
        session.flush()
        return "idle"
    if BEGAN not in session or (now - seen >= _ONCE_A_MINUTE and not request.path.startswith(_BY_ITSELF)):
        session[BEGAN], session[SEEN] = began, now
    return ""


def _not_saved(request: HttpRequest) -> HttpResponse:
    if request.headers.get("X-Requested-With") == "XMLHttpRequest" or "json" in request.headers.get("Accept", ""):
        return HttpResponse(status=FORBIDDEN)
    door = "desk_sign_in" if request.path.startswith("/desk/") else "wagtailadmin_login"
    return render(request, "sign_in/ended.html", {"back": door}, status=FORBIDDEN)


def _leads_to_sign_in(response: HttpResponse) -> bool:
    target = urlsplit(response.headers.get("Location", "")).path
    return target in (reverse("wagtailadmin_login"), reverse("desk_sign_in"))
