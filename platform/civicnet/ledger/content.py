"""What a record's digest covers, written in one way only, so that anyone can compute it again from the stored row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from civicnet.cipher.backend import backend

FIELDS = (
    "chain",
    "position",
    "at",
    "origin",
    "actor_kind",
    "actor_id",
    "actor_label",
    "action",
    "object_type",
    "object_id",
    "object_label",
    "before",
    "after",
    "reason",
)
_WRITER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
# Beyond this a float is no exact number any more, and databases write it in different ways.
_EXACT = 2.0**53


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8: the same bytes for the same content on every machine."""
    # Half a pair of UTF-16 stands for nothing, but JSON can carry it: it gets bytes of its own, too.
    return _WRITER.encode(value).encode(errors="surrogatepass")


def moment(at: datetime) -> str:
    """A time as digests and exports write it: UTC to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Facts as the database will give them back: lists for tuples, texts for keys, and whole numbers without a point."""
    found: dict[str, Any] = json.loads(json.dumps(dict(values or {})), parse_float=_number, parse_constant=str)
    return found


def digest_of(record: Mapping[str, Any], previous: str) -> str:
    """SM3 over every field of the record and the digest before it. ``at`` is given as ``moment`` writes it."""
    content = {name: record[name] for name in FIELDS}
    return backend().digest(canonical(content | {"previous": previous}))


def _number(text: str) -> int | float | str:
    number = float(text)
    if abs(number) >= _EXACT:
        return text
    return int(number) if number.is_integer() else number
