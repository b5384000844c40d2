"""Answers for API keys before the middleware: an entry stands only while all that let its caller in is as it was.

The tables that decide about a key are kinds of such an entry, by versions that were read before the key was looked up. So a
key that was revoked, a client that was given other rights, ranges or another end, or an organisation that was moved counts
from its commit on, in every process, like content that was changed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import DatabaseError

from civicnet.access.callers import DECIDING, Caller
from civicnet.access.keys import shown_key
from civicnet.contract import Actor
from civicnet.gateway.cache.store import Entry
from civicnet.ledger.stamps import together, versions

logger = logging.getLogger(__name__)


def versions_before(environ: Mapping[str, Any]) -> Mapping[str, int] | None:
    """The versions of everything before a key is looked up; None for what cannot be one, and when they cannot be read."""
    if shown_key(environ) is None:
        return None
    try:
        return versions()
    except DatabaseError:
        logger.warning("versions could not be read before a call", exc_info=True)
        return None


def bound(entry: Entry, caller: Caller | None, known: Mapping[str, int]) -> Entry | None:
    """The entry bound to what decided that its caller was let in, by versions older than that; None if it cannot be."""
    if caller is None or caller.key is None or together(known, entry.kinds) != entry.version:
        return None
    kinds = tuple(sorted({*entry.kinds, *DECIDING}))
    until = min(entry.until, caller.ends.timestamp()) if caller.ends else entry.until
    # Enough to charge and to count; what it may see is in the bytes.
    client = Actor(caller.actor.kind, caller.actor.id, caller.actor.label, hourly_cost=caller.actor.hourly_cost)
    return replace(
        entry, kinds=kinds, version=together(known, kinds), until=until, caller=replace(caller, actor=client)
    )
