"""Where a deed came from: the caller's address and the door, or the command; kept for the length of a request."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from django.http import HttpRequest, HttpResponse

from civicnet.contract.addresses import client_address

_origin: ContextVar[str] = ContextVar("civicnet_origin", default="")
_COMMAND = re.compile(r"[a-z][a-z0-9_-]{0,40}")


def origin() -> str:
    """Where what happens now comes from."""
    return _origin.get() or _command()


@contextmanager
def coming_from(place: str) -> Iterator[None]:
    """Everything recorded inside the block comes from there."""
    before = _origin.set(place[:200])
    try:
        yield
    finally:
        _origin.reset(before)


def door(request: HttpRequest) -> str:
    """Address and first part of the path: enough to tell the doors apart, and nothing of what was asked."""
    first = request.path_info.strip("/").partition("/")[0][:40]
    return f"{client_address(request)} /{first}".strip()


class OriginMiddleware:
    """Notes the door of each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and know where what is recorded meanwhile came from."""
        with coming_from(door(request)):
            return self.get_response(request)


def _command() -> str:
    # Only the command's name: its arguments may hold anything.
    given = sys.argv[1] if len(sys.argv) > 1 and _COMMAND.fullmatch(sys.argv[1]) else ""
    return f"{Path(sys.argv[0]).name} {given}".strip()[:200]
