"""Keys of the store: two callers share an entry only when nothing about them could make their answers differ."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import orjson
from django.utils.translation import get_language

from civicnet.contract import Actor
from civicnet.gateway.http.calls import Call


def key_of(call: Call) -> bytes:
    """The key of a call's answer: schema and switches, site and address, language, media type, audience, what is asked."""
    request, snapshot = call.request, call.snapshot
    parts = [
        call.composed.digest,
        snapshot.generation,
        snapshot.site_id,
        request.scheme,
        request.get_host(),
        get_language(),
        call.media,
        audience(call.actor),
        call.asked.operation_name,
        call.asked.variables,
        # Not what was sent: a document may be asked for by its hash alone.
        call.text,
    ]
    return digest(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS))


def audience(actor: Actor) -> list[Any]:
    """All that selectors can know of a caller: one whose rights change becomes another."""
    if actor.kind == "anonymous":
        return []
    scopes = sorted((name, sorted(paths)) for name, paths in actor.scopes.items())
    return [actor.kind, actor.id, actor.label, sorted(actor.permissions), scopes]


def digest(material: bytes) -> bytes:
    """Thirty-two bytes for any number of them."""
    return blake2b(material, digest_size=32).digest()
