"""The ledger as verification and export read it: plain rows, chain by chain, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from civicnet.ledger import content, seals
from civicnet.ledger.models import AuditRecord, AuditSeal

_RECORD = ("id", *content.FIELDS, "digest")
_SEAL = (*seals.FIELDS, "digest")
_AT_ONCE = 2_000


def stored_records() -> Iterator[dict[str, Any]]:
    """All records, those from before the chain first, then chain by chain."""
    rows = AuditRecord.objects.order_by("chain", "position", "id").values_list(*_RECORD)
    for row in rows.iterator(chunk_size=_AT_ONCE):
        record = dict(zip(_RECORD, row, strict=True))
        record["at"] = content.moment(record["at"])
        yield record


def stored_seals() -> Iterator[dict[str, Any]]:
    """All seals in the order of their numbers."""
    for row in AuditSeal.objects.order_by("number").values_list(*_SEAL).iterator(chunk_size=100):
        seal = dict(zip(_SEAL, row, strict=True))
        seal["at"] = content.moment(seal["at"])
        yield seal
