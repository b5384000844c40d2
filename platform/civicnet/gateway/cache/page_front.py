"""The page front: public pages sent again before the middleware, each after one statement has shown that nothing has changed.

An entry is what the whole middleware once sent to somebody who brought the same headers and chose the same language and
letters. Whoever is signed in, or brings any other cookie, goes the long way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from time import time
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import get_str_from_wsgi
from django.db import DatabaseError, close_old_connections
from django.http import parse_cookie

from civicnet.gateway.cache import keeping
from civicnet.gateway.cache.headers import etag_of
from civicnet.gateway.cache.keys import digest
from civicnet.gateway.cache.pages import Keepable
from civicnet.gateway.cache.reads import Reads, reading
from civicnet.gateway.cache.sending import ASKED, WITHOUT_EFFECT, Heard, heard, others, send, send_on
from civicnet.gateway.cache.store import Entry, store
from civicnet.ledger.stamps import together, versions
from civicnet.lifecycle.tally import write_due_tallies

logger = logging.getLogger(__name__)
Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
# Of cookies only the choices are part of a key, by themselves.
_WITHOUT_EFFECT = WITHOUT_EFFECT | {"HTTP_COOKIE"}


class PageFront:
    """A WSGI application before another.

    ``choices`` are the cookies by which readers choose how a page looks: they are part of the key. ``elsewhere`` are beginnings
    of paths below which there are no such pages.
    """

    def __init__(self, application: Application, *, choices: Collection[str], elsewhere: Collection[str]) -> None:
        self._application = application
        self._choices, self._elsewhere = frozenset(choices), tuple(elsewhere)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer with a kept page, or let the application answer and keep its page if it may be kept."""
        cookies = _cookies(environ) if self._concerns(environ) else None
        if cookies is None or cookies.keys() - self._choices - {settings.CSRF_COOKIE_NAME}:
            return self._application(environ, start_response)
        key = _key(environ, {name: cookies[name] for name in cookies.keys() & self._choices})
        found = store.get(key)
        if found is not None:
            if _still_good(found):
                return _send(found, environ, start_response)
            # What is withdrawn stays nowhere.
            store.drop(key)
        # The page of somebody who has a token for forms may show it; theirs is not kept, but they may be sent one that is.
        if settings.CSRF_COOKIE_NAME in cookies:
            return self._application(environ, start_response)
        return self._fill(environ, start_response, key)

    def _concerns(self, environ: Environ) -> bool:
        return (
            environ["REQUEST_METHOD"] == "GET"
            and "HTTP_AUTHORIZATION" not in environ
            and not environ.get("PATH_INFO", "").startswith(self._elsewhere)
            and settings.CIVICNET_CACHE_BYTES > 0
            and not settings.DISALLOWED_USER_AGENTS
        )

    def _fill(self, environ: Environ, start_response: Any, key: bytes) -> Iterable[bytes]:
        known = _versions_now()
        if known is None:
            return self._application(environ, start_response)
        environ[keeping.VERSIONS] = known
        # Left where it is: of a page nobody looks at it, and what is no page answers it by itself.
        condition = environ.get("HTTP_IF_NONE_MATCH")
        with reading() as reads:
            made = heard(self._application, environ)
        entry = _entry(made, reads, known)
        if entry is None:
            return send_on(made, start_response, condition=None, etag=None)
        store.put(key, entry)
        made = made._replace(headers=list(entry.headers))
        return send_on(made, start_response, condition=condition, etag=entry.etag)


def _entry(made: Heard, reads: Reads, known: Mapping[str, int]) -> Entry | None:
    answered, status, headers, _more = made
    page: Keepable | None = getattr(answered, "civicnet_page", None)
    if page is None or not page.holds or page.until <= time() or reads.refused:
        return None
    if not status.startswith("200") or answered.streaming or answered.cookies:
        return None
    body = bytes(answered.content)
    kinds = keeping.kinds_of(reads.tables)
    etag = etag_of(body)
    told = (*((name, value) for name, value in headers if name != "ETag"), ("ETag", etag))
    return Entry(body, "text/html", kinds, together(known, kinds), page.until, etag, told, (), status, sent=page.sent)


def _send(entry: Entry, environ: Environ, start_response: Any) -> Iterable[bytes]:
    if entry.sent is not None:
        entry.sent(environ)
    write_due_tallies()
    return send(entry, environ, start_response)


def _still_good(entry: Entry) -> bool:
    try:
        # What Django does at the beginning of a request: a connection that broke is not used again.
        close_old_connections()
        return not keeping.uncommitted() and keeping.is_current(entry)
    except DatabaseError:
        logger.warning("the version of a kept page could not be read", exc_info=True)
        return False


def _versions_now() -> Mapping[str, int] | None:
    try:
        close_old_connections()
        # What this connection sees may never be committed.
        return None if keeping.uncommitted() else versions()
    except DatabaseError:
        logger.warning("versions could not be read before a page", exc_info=True)
        return None


def _cookies(environ: Environ) -> dict[str, str]:
    # To the byte as Django reads them: of two ways, one page would be kept as another's.
    return parse_cookie(get_str_from_wsgi(environ, "HTTP_COOKIE", ""))


def _key(environ: Environ, choices: Mapping[str, str]) -> bytes:
    # As Python writes it down, no two lists of parts run together into the same bytes.
    asked = [environ.get("PATH_INFO", ""), *(environ.get(name, "") for name in ASKED)]
    return digest(b"page" + repr((asked, others(environ, without=_WITHOUT_EFFECT), sorted(choices.items()))).encode())
