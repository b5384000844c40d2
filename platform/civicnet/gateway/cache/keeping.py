"""Keeping: around the run of a document stands a look at what is kept, and what may be kept is.

Versions are read before the document runs, and the answer is kept under them. Whatever commits meanwhile makes the entry
useless, never wrong: a later reader sees another version than the one it was kept under.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from time import time

from django.conf import settings
from django.db import DatabaseError, connection
from graphql import OperationType

from civicnet.gateway.cache import headers
from civicnet.gateway.cache.keys import key_of
from civicnet.gateway.cache.lifetimes import SCHEDULED, is_never_kept, overdue, until
from civicnet.gateway.cache.reads import Reads, reading
from civicnet.gateway.cache.store import Entry, store
from civicnet.gateway.cache.surrogates import keys_of, kind_of, nodes_in, types_of
from civicnet.gateway.http.calls import Call
from civicnet.gateway.http.execution import admit, admit_kept
from civicnet.gateway.http.responding import Answer
from civicnet.gateway.http.source import is_open_still
from civicnet.gateway.models import TrustedDocument
from civicnet.gateway.usage import operation_key
from civicnet.ledger.models import ContentStamp
from civicnet.ledger.stamps import compact, together, total, versions
from civicnet.lifecycle.generation import generation
from civicnet.lifecycle.models import Generation

logger = logging.getLogger(__name__)
# Purged on demand, and switched by whatever moves the generation; so every entry has them.
EVERYTHING = "purge"
_ALWAYS = (EVERYTHING, Generation._meta.db_table)
# Where in the WSGI environment versions stand that somebody read before the request began.
VERSIONS = "civicnet.versions"


def deliver_kept(call: Call, deliver: Callable[[Call], Answer]) -> Answer:
    """The answer to a call, which is admitted: a kept one if nothing it was read from has changed, else what ``deliver``
    gives.

    Raises:
        CivicNetError: the call is not admitted, or what ``deliver`` raises; of an error nothing is kept.
    """
    if not _may_be_kept(call):
        admit(call)
        return headers.finish(call, deliver(call))
    key = key_of(call)
    found = store.get(key)
    if found is not None:
        if is_current(found):
            admit_kept(call)
            return Answer(found.body, found.media, headers=dict(found.headers), kept=found)
        store.drop(key)
    return _fill(call, key, deliver)


def uncommitted() -> bool:
    """Whether what this connection sees may never be committed."""
    return bool(connection.in_atomic_block)


def kinds_of(read: Collection[str]) -> tuple[str, ...]:
    """Kinds of an entry that was read from these tables, or belongs to these kinds: with what every entry has."""
    return tuple(sorted({*_ALWAYS, *read} - {ContentStamp._meta.db_table}))


def is_current(entry: Entry) -> bool:
    """Whether an entry may be served now. One statement."""
    if entry.until <= time():
        return False
    now = total(entry.kinds)
    if now.crowded:
        _add_up()
    return now.version == entry.version


def _add_up() -> None:
    try:
        compact()
    # It only makes the next look cheaper, and the next one tries again.
    except DatabaseError:
        logger.warning("stamps could not be added up", exc_info=True)


def _may_be_kept(call: Call) -> bool:
    return (
        settings.CIVICNET_CACHE_BYTES > 0
        and call.operation.operation is OperationType.QUERY
        and call.actor.kind in ("anonymous", "client")
        and not uncommitted()
    )


def _fill(call: Call, key: bytes, deliver: Callable[[Call], Answer]) -> Answer:
    # Before anything is noted: what it may write is not read by the answer.
    admit(call)
    known = call.request.META.get(VERSIONS) or versions()
    # The picture of the request and its document may be older than the versions: had they changed in between, old ones would
    # pass for new.
    outdated = generation() != call.snapshot.generation or not is_open_still(call.asked, call.text, call.actor)
    with reading() as reads:
        answer = deliver(call)
    if answer.status != 200 or answer.failed or answer.data is None:
        return headers.finish(call, answer)
    types = types_of(call.document.uses[operation_key(call.operation)])
    keys = keys_of(types, nodes_in(answer.data, call.composed.nodes.keys()))
    lasts = until(call.request, call.snapshot, known)
    if outdated or reads.refused or is_never_kept(call.request) or lasts <= time():
        return headers.finish(call, answer, keys=keys)
    entry = _entry(call, answer, reads, known, types, keys, lasts)
    store.put(key, entry)
    return replace(answer, headers=dict(entry.headers), kept=entry)


def _entry(
    call: Call, answer: Answer, reads: Reads, known: Mapping[str, int], types: list[str], keys: str, lasts: float
) -> Entry:
    # A proxy hears nothing of the moment at which what is late happens after all.
    shared = 0 if overdue(known) else headers.shared_seconds(call, lasts)
    # Which text a document's number stands for was read before; and how long a proxy may keep it hangs on what is scheduled.
    read = {*reads.tables, TrustedDocument._meta.db_table, *(SCHEDULED if shared else ())}
    kinds = kinds_of({*read, *map(kind_of, types)})
    etag = headers.etag_of(answer.body)
    told = headers.of(call, etag=etag, keys=keys, shared=shared)
    uses = call.document.uses[operation_key(call.operation)]
    # What orjson gives holds room for some thousand bytes more, and would hold it as long as the entry lives.
    body = bytes(memoryview(answer.body))
    return Entry(body, answer.media, kinds, together(known, kinds), lasts - shared, etag, tuple(told.items()), uses)
