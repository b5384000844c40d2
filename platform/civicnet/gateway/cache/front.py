"""The front: kept answers for callers without a cookie, served before the middleware has seen the request.

An entry is what the whole middleware once sent for a request that was equal in everything that could matter: whatever header
is not known to make no difference is part of its key, an API key to the byte and whence it was shown. Whoever brings a cookie
or an access token goes the long way, and so does everybody once an entry's content may have changed, or what decides about
their key, or a charge is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.urls import reverse

from civicnet.access.keys import Kind
from civicnet.access.refusals import note_use_again
from civicnet.contract import CivicNetError
from civicnet.contract.addresses import address_of
from civicnet.gateway.budget.charging import KEPT_ANSWER_COST, charge
from civicnet.gateway.cache import keeping
from civicnet.gateway.cache.headers import SAFE
from civicnet.gateway.cache.keyed import bound, versions_before
from civicnet.gateway.cache.keys import digest
from civicnet.gateway.cache.sending import ASKED, heard, others, send, send_on
from civicnet.gateway.cache.store import Entry, store
from civicnet.gateway.http.lengths import body_length
from civicnet.gateway.traffic import count_answer
from civicnet.gateway.usage import count
from civicnet.lifecycle.tally import write_due_tallies

logger = logging.getLogger(__name__)
Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

_MOST_BODY = 64 * 1024
# The only credential that is taken here: everything that decides about it has versions.
_API_KEY = f"{Kind.KEY}_"


class Front:
    """A WSGI application before another."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._path = reverse("graphql")

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer from what is kept, or let the application answer and keep what it says may be kept."""
        body = _body(environ) if self._concerns(environ) else None
        if body is None:
            return self._application(environ, start_response)
        key = _key(environ, body)
        found = store.get(key)
        if found is not None and _still_good(found, environ):
            return send(found, environ, start_response)
        return self._fill(environ, start_response, key)

    def _concerns(self, environ: Environ) -> bool:
        return (
            environ.get("PATH_INFO") == self._path
            and "HTTP_COOKIE" not in environ
            and _API_KEY in environ.get("HTTP_AUTHORIZATION", _API_KEY)
            and environ["REQUEST_METHOD"] in ("GET", "HEAD", "POST")
            and settings.CIVICNET_CACHE_BYTES > 0
            and not settings.DISALLOWED_USER_AGENTS
        )

    def _fill(self, environ: Environ, start_response: Any, key: bytes) -> Iterable[bytes]:
        known = None
        if "HTTP_AUTHORIZATION" in environ:
            close_old_connections()
            known = environ[keeping.VERSIONS] = versions_before(environ)
            if known is None:
                return self._application(environ, start_response)
        # Asked without the condition, so that there are bytes to keep; it is looked at here instead.
        condition = environ.pop("HTTP_IF_NONE_MATCH", None) if environ["REQUEST_METHOD"] in SAFE else None
        made = heard(self._application, environ)
        entry = getattr(made.answered, "civicnet_kept", None)
        if entry is not None and made.status == entry.status_line and _as_made(made.answered, entry):
            sent = replace(entry, headers=tuple(made.headers))
            own = sent if known is None else bound(sent, getattr(made.answered, "civicnet_caller", None), known)
            if own is not None:
                store.put(key, own)
        tags = (value for name, value in made.headers if name == "ETag")
        etag = next(tags, None) if made.status.startswith("200") else None
        return send_on(made, start_response, condition=condition, etag=etag)


def _as_made(answered: Any, entry: Entry) -> bool:
    # Whatever a middleware did to these bytes, or set for this one reader, it may do otherwise for the next.
    return not answered.cookies and getattr(answered, "content", None) == entry.body


def _body(environ: Environ) -> bytes | None:
    """The body, which can be read again afterwards; None when it is too long to be looked at here, or of unknown length."""
    if environ["REQUEST_METHOD"] != "POST":
        return b""
    length = body_length(environ)
    if length is None or length > _MOST_BODY or "HTTP_TRANSFER_ENCODING" in environ:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    return body


def _key(environ: Environ, body: bytes) -> bytes:
    whence = address_of(environ) if "HTTP_AUTHORIZATION" in environ else ""
    # As Python writes it down, no two lists of parts run together into the same bytes.
    head = repr((whence, [environ.get(name, "") for name in ASKED], others(environ)))
    return digest(b"front" + head.encode() + b"\0" + body)


def _still_good(entry: Entry, environ: Environ) -> bool:
    try:
        # What Django does at the beginning of a request: a connection that broke is not used again.
        close_old_connections()
        if keeping.uncommitted() or not keeping.is_current(entry):
            return False
        charge(environ, entry.caller.actor, KEPT_ANSWER_COST)
    except CivicNetError:
        return False
    except DatabaseError:
        logger.warning("the version of a kept answer could not be read", exc_info=True)
        return False
    if entry.caller.key is not None:
        note_use_again(entry.caller.key)
    count(entry.caller.actor, entry.uses)
    count_answer(entry.caller.actor, cost=KEPT_ANSWER_COST, ms=0, kept=True)
    write_due_tallies()
    return True
