"""Sending what is kept, and what of a request could make a difference: the same for answers of GraphQL and for pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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


def send(entry: Entry, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """What is kept, or that the caller has these very bytes."""
    condition = environ.get("HTTP_IF_NONE_MATCH") if environ["REQUEST_METHOD"] in SAFE else None
    if condition is not None and matches(condition, entry.etag):
        start_response("304 Not Modified", without_body(entry.headers))
        return []
    start_response(entry.status_line, list(entry.headers))
    return [entry.body] if environ["REQUEST_METHOD"] != "HEAD" else []


def without_body(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of an answer that is sent without its body."""
    return [(name, value) for name, value in headers if name.lower() not in _OF_THE_BODY]


def matches(condition: str, etag: str) -> bool:
    """Whether ``If-None-Match`` names this tag."""
    known = parse_etags(condition)
    return "*" in known or etag in {one.removeprefix("W/") for one in known}


def close(answered: Any) -> None:
    """Let go of an answer that is not sent."""
    if hasattr(answered, "close"):
        answered.close()


def unbuffered(data: bytes) -> None:
    """What PEP 3333 wants ``start_response`` to give back."""
    raise NotImplementedError("Django never writes by the callable of start_response")
