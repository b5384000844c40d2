"""Requests that are answered before their body was read: it is read all the same, so that the connection stays open.

The server would end a connection with bytes on it that nobody took, without a word in the answer, and the caller's next request
on it would break.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from typing import Any

from civicnet.gateway.http.lengths import body_length

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

# Of a longer one nothing is worth the time; who sends that much finds the connection closed.
_MOST = 256 * 1024


class WholeBodies:
    """A WSGI application before another. Only for programs, which ask at ``paths`` again and again on one connection."""

    def __init__(self, application: Application, *, paths: Collection[str]) -> None:
        self._application, self._paths = application, frozenset(paths)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """What the other one answers, once the body is read."""
        # At other addresses nobody is waited for whose body is slow to come.
        length = body_length(environ) if environ.get("PATH_INFO") in self._paths else None
        if not length or length > _MOST:
            return self._application(environ, start_response)
        body = environ["wsgi.input"]
        answered = self._application(environ, start_response)
        # Of one that was read nothing is left, and the input says so at once; a caller who has gone gets no answer anyway.
        with suppress(OSError):
            body.read()
        return answered
