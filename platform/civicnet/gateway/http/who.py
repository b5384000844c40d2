"""Who asks: a client by its key, a person by their session, or anybody."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from civicnet.access.actors import staff_actor
from civicnet.access.callers import let_in
from civicnet.contract import ANONYMOUS, Actor
from civicnet.gateway.http.errors import BadRequest


def who(request: HttpRequest) -> Actor:
    """The actor behind a request; of a client's, ``request.caller`` says by which key.

    Raises:
        BadRequest: another scheme than Bearer, or a session's POST without its CSRF token.
        KeyRefused: whatever is wrong with the key; TooManyRefusals when it was too often.
    """
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer":
            raise BadRequest("KEY_REFUSED", _("Send the key as “Authorization: Bearer …”."), 401)
        # A key speaks for itself: a cookie beside it is not even looked at.
        request.caller = let_in(request, key.strip())  # type: ignore[attr-defined]
        actor: Actor = request.caller.actor  # type: ignore[attr-defined]
        return actor
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ANONYMOUS
    actor = staff_actor(request.user)
    if actor.kind == "staff" and request.method == "POST":
        _check_csrf(request)
    return actor


def _check_csrf(request: HttpRequest) -> None:
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    guard = CsrfViewMiddleware(lambda _request: HttpResponse())
    guard.process_request(request)
    if guard.process_view(request, lambda *_given: HttpResponse(), (), {}) is not None:
        raise BadRequest("CSRF_FAILED", _("Send the CSRF token of your session with a POST."), 403)
