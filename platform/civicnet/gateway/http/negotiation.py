"""Which of the two media types an answer has."""

from __future__ import annotations

from django.http import HttpRequest

RESPONSE_TYPE = "application/graphql-response+json"
JSON = "application/json"


def negotiate(request: HttpRequest) -> str | None:
    """The media type to answer in, or None when the caller accepts neither."""
    accept = request.headers.get("Accept") or "*/*"
    # Asked in the order of the header: whoever names the new type first means it.
    for one in (part.partition(";")[0].strip() for part in accept.split(",")):
        if one in (RESPONSE_TYPE, JSON):
            return one
        if one in ("*/*", "application/*"):
            return JSON
    return None
