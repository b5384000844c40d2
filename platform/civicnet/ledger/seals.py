"""Seals: now and then all chains are tied into one, so that also a whole chain, or the end of one, cannot go unseen."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from civicnet.cipher.backend import backend
from civicnet.contract import Actor
from civicnet.ledger import witness
from civicnet.ledger.content import canonical, moment
from civicnet.ledger.models import AuditRecord, AuditSeal

logger = logging.getLogger(__name__)

FIELDS = ("number", "at", "actor_kind", "actor_id", "heads", "records", "previous")
# "civicnet" and "seals" as two numbers: PostgreSQL's advisory locks have no names.
_LOCK = (0x0C1B1C, 0x5EA15)
# One probe of the index per chain, however many records each holds.
_HEADS = """
WITH RECURSIVE chains(chain) AS (
    SELECT min(chain) FROM {table} WHERE chain > ''
    UNION ALL
    SELECT (SELECT min(one.chain) FROM {table} one WHERE one.chain > chains.chain) FROM chains WHERE chains.chain IS NOT NULL
)
SELECT chain, (SELECT max(one.position) FROM {table} one WHERE one.chain = chains.chain)
FROM chains WHERE chain IS NOT NULL
"""


def seal(*, actor: Actor) -> AuditSeal | None:
    """Tie the chains together as far as they are committed; nothing is sealed, and None returned, if none has grown.

    Raises:
        RuntimeError: a transaction is open; its own records are not committed yet and must not be sealed.
    """
    with transaction.atomic(durable=True):
        _alone()
        last = AuditSeal.objects.order_by("-number").first()
        heads = _grown(sealed_heads())
        if not heads:
            return None
        made = _make(actor, last, heads)
    try:
        witness.attest_seal(number=made.number, digest=made.digest, records=made.records, at=timezone.now())
    except (OSError, ImproperlyConfigured):
        logger.exception("audit: the witness of seal %s could not be written", made.number)
    return made


def sealed_heads() -> dict[str, int]:
    """How far each chain is sealed."""
    found: dict[str, int] = {}
    for heads in AuditSeal.objects.order_by("number").values_list("heads", flat=True).iterator(chunk_size=100):
        found.update({chain: position for chain, (position, _digest) in heads.items()})
    return found


def seal_digest(content: Mapping[str, Any]) -> str:
    """SM3 over every field of a seal. ``at`` is given as ``moment`` writes it."""
    return backend().digest(canonical({name: content[name] for name in FIELDS}))


def _alone() -> None:
    # SQLite's transactions begin IMMEDIATE here, so one that writes is alone anyway.
    connection = transaction.get_connection()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _LOCK)


def _grown(sealed: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    # Chain → (sealed so far, now). Statements after the lock see everything the sealer before us committed.
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(_HEADS.format(table=AuditRecord._meta.db_table))
        return {
            chain: (sealed.get(chain, 0), position)
            for chain, position in cursor.fetchall()
            if position > sealed.get(chain, 0)
        }


def _make(actor: Actor, last: AuditSeal | None, grown: Mapping[str, tuple[int, int]]) -> AuditSeal:
    now: datetime = timezone.now()
    digests: dict[str, str] = {}
    for chain, (_before, position) in grown.items():
        digests[chain] = AuditRecord.objects.values_list("digest", flat=True).get(chain=chain, position=position)
    content: dict[str, Any] = {
        "number": last.number + 1 if last else 1,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "heads": {chain: [position, digests[chain]] for chain, (_before, position) in grown.items()},
        "records": (last.records if last else 0) + sum(position - before for before, position in grown.values()),
        "previous": last.digest if last else "",
    }
    return AuditSeal.objects.create(at=now, digest=seal_digest({**content, "at": moment(now)}), **content)
