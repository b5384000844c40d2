"""Calls of programs with a key: through the middleware that concerns them, without what looks after people and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest
from django.urls import ResolverMatch, resolve, reverse
from django.utils.functional import cached_property
from django.utils.module_loading import import_string

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

# What does nothing for a call that has a key and no cookie, asks for no page, and goes to an address of the host's own.
# Whatever else stands in MIDDLEWARE, a deployment's own too, is passed by everybody.
WITHOUT_EFFECT = frozenset(
    (
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "civicnet_site.sign_in.idle.IdleMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django_otp.middleware.OTPMiddleware",
        "civicnet_site.sign_in.gate.GateMiddleware",
        "allauth.account.middleware.AccountMiddleware",
        "civicnet.console.content_gate.ContentGateMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "wagtail.contrib.redirects.middleware.RedirectMiddleware",
        "axes.middleware.AxesMiddleware",
    )
)


class Entrance:
    """The WSGI application: calls with a key by the short way, everything else by the long one. Both answer alike."""

    def __init__(self, everything: Application) -> None:
        self._everything, self._keyed = everything, KeyedHandler()
        self._path = reverse("graphql")

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Choose by what was sent."""
        short = (
            environ.get("PATH_INFO") == self._path
            and "HTTP_AUTHORIZATION" in environ
            and "HTTP_COOKIE" not in environ
            and "text/html" not in environ.get("HTTP_ACCEPT", "")
        )
        return (self._keyed if short else self._everything)(environ, start_response)


class KeyedRequest(WSGIRequest):
    """A request with nobody signed in, as the long way would have found out; made only when something asks."""

    @cached_property
    def session(self) -> Any:  # type: ignore[override]
        """An empty session."""
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")(None)

    @cached_property
    def user(self) -> AnonymousUser:  # type: ignore[override]
        """Nobody."""
        return AnonymousUser()


class KeyedHandler(WSGIHandler):
    """Django's handler with a part of its middleware, and with the endpoint's address looked up once."""

    request_class = KeyedRequest

    def load_middleware(self, is_async: bool = False) -> None:
        """As Django does it, of the middleware that has an effect here."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        handler = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        for name in reversed(settings.MIDDLEWARE):
            if name in WITHOUT_EFFECT:
                continue
            try:
                made = import_string(name)(handler)
            except MiddlewareNotUsed:
                continue
            if hasattr(made, "process_view"):
                self._view_middleware.insert(0, made.process_view)
            if hasattr(made, "process_template_response"):
                self._template_response_middleware.append(made.process_template_response)
            if hasattr(made, "process_exception"):
                self._exception_middleware.append(made.process_exception)
            handler = convert_exception_to_response(made)
        self._middleware_chain = handler

    @cached_property
    def _match(self) -> ResolverMatch:
        return resolve(reverse("graphql"))

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """The endpoint."""
        match = request.resolver_match = self._match
        return match
