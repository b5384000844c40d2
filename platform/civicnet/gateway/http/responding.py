"""Answers: bytes with a status and headers, kept apart from Django's response so that they can be kept and sent again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from django.http import HttpResponse

_HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    405: {"Allow": "POST"},
    429: {"Retry-After": "60"},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. ``failed``: it holds an error, so that nobody may keep it."""

    body: bytes
    media: str
    status: int = 200
    failed: bool = False
    headers: dict[str, str] = field(default_factory=dict)


def answer_of(payload: dict[str, Any], media: str, status: int, **headers: str) -> Answer:
    """The answer with this content; headers that go with its status come along, and ``headers`` win over them."""
    body = orjson.dumps(payload, default=str)
    return Answer(body, media, status, "errors" in payload, _HEADERS.get(status, {}) | headers)


def respond(answer: Answer) -> HttpResponse:
    """The answer as Django sends it. The one place that adds headers to every answer, whoever made it."""
    kind = f"{answer.media}; charset=utf-8"
    return HttpResponse(answer.body, content_type=kind, status=answer.status, headers=answer.headers)
