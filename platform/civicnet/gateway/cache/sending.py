"""Sending what is kept, and what of a request could make a difference: the same for answers of GraphQL and for pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.utils.http import parse_etags

from civicnet.gateway.cache.headers import SAFE
from civicnet.gateway.cache.store import Entry

# Headers that no step on the way to an answer looks at, where the caller has no cookie. Of those that proxies write, a
# caller's address is part of the key of the store by itself.
WITHOUT_EFFECT = frozenset(
    f"HTTP_{name}"
    for name in (
        *("USER_AGENT", "CONNECTION", "KEEP_ALIVE", "CACHE_CONTROL", "PRAGMA", "PRIORITY", "DNT", "TE", "VIA"),
        *("X_FORWARDED_FOR", "X_REAL_IP", "FORWARDED", "X_REQUEST_ID", "TRACEPARENT", "TRACESTATE", "REFERER"),
        *("SEC_FETCH_DEST", "SEC_FETCH_MODE", "SEC_FETCH_SITE", "SEC_FETCH_USER", "SEC_CH_UA", "SEC_CH_UA_MOBILE"),
        *(
            "SEC_CH_UA_PLATFORM",
            "SEC_GPC",
            "UPGRADE_INSECURE_REQUESTS",
            "CONTENT_LENGTH",
            "CONTENT_TYPE",
            "IF_NONE_MATCH",
        ),
    )
)
ASKED = (
    *("REQUEST_METHOD", "wsgi.url_scheme", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME", "QUERY_STRING"),
    *("CONTENT_TYPE", "HTTPS"),
)
# What belongs to a body, and is not sent without one.
_OF_THE_BODY = {"content-type", "content-length"}


class Heard(NamedTuple):
    """What an application answered, held back: its body, its status line, its headers and what else it gave with them."""

    answered: Any
    status: str
    headers: list[tuple[str, str]]
    more: tuple[Any, ...]


def heard(application: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> Heard:
    """Let an application answer, and send nothing of it yet."""
    told: list[Any] = []

    def hear(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        told[:] = [status, headers, more]
        return _unbuffered

    answered = application(environ, hear)
    return Heard(answered, *told)


def send_on(made: Heard, start_response: Any, *, condition: str | None, etag: str | None) -> Iterable[bytes]:
    """Send what was heard; of a body that the caller has by this tag, only that it has not changed."""
    if condition is not None and etag and _matches(condition, etag):
        if hasattr(made.answered, "close"):
            made.answered.close()
        start_response("304 Not Modified", _without_body(made.headers), *made.more)
        return []
    start_response(made.status, made.headers, *made.more)
    body: Iterable[bytes] = made.answered
    return body


def others(environ: dict[str, Any], *, without: frozenset[str] = WITHOUT_EFFECT) -> list[tuple[str, Any]]:
    """The headers of a request that could make a difference, as a key holds them."""
    return sorted([one for one in environ.items() if one[0].startswith("HTTP_") and one[0] not in without])


def send(entry: Entry, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """What is kept, or that the caller has these very bytes."""
    condition = environ.get("HTTP_IF_NONE_MATCH") if environ["REQUEST_METHOD"] in SAFE else None
    if condition is not None and _matches(condition, entry.etag):
        start_response("304 Not Modified", _without_body(entry.headers))
        return []
    start_response(entry.status_line, list(entry.headers))
    return [entry.body] if environ["REQUEST_METHOD"] != "HEAD" else []


def _without_body(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _OF_THE_BODY]


def _matches(condition: str, etag: str) -> bool:
    known = parse_etags(condition)
    return "*" in known or etag in {one.removeprefix("W/") for one in known}


def _unbuffered(data: bytes) -> None:
    raise NotImplementedError("Django never writes by the callable of start_response")
