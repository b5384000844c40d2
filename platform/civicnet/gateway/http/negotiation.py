"""Which of the two media types an answer has."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest

RESPONSE_TYPE = "application/graphql-response+json"
JSON = "application/json"
# What each range of the header comes to; of what a caller does not tell apart it gets the type that all clients read.
_MEANT = {RESPONSE_TYPE: RESPONSE_TYPE, JSON: JSON, "application/*": JSON, "*/*": JSON}


def negotiate(request: HttpRequest) -> str | None:
    """The media type to answer in, or None when the caller accepts neither."""
    return _chosen(request.headers.get("Accept") or "*/*")


@lru_cache(maxsize=256)
def _chosen(accept: str) -> str | None:
    best, chosen = 0.0, None
    for part in accept.split(","):
        kind, *parameters = (one.strip().lower() for one in part.split(";"))
        weight = _weight(parameters)
        # The first of equal ones wins: whoever names a type first means it.
        if kind in _MEANT and weight > best:
            best, chosen = weight, _MEANT[kind]
    return chosen


def _weight(parameters: list[str]) -> float:
    given = next((one.partition("=")[2].strip() for one in parameters if one.replace(" ", "").startswith("q=")), "1")
    try:
        return float(given)
    except ValueError:
        return 0.0
