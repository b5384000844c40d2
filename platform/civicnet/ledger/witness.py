"""The witness outside the database: after each commit a keyed line says how far the writer's chain has come.

One file per chain, one line per commit, each in a single write to its end. Whoever cuts or rewrites the database without
the key, or without these files, leaves the two at odds.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from civicnet.cipher.backend import backend
from civicnet.cipher.ring import audit_keys
from civicnet.ledger.content import canonical, moment

logger = logging.getLogger(__name__)

SEALS = "seals.jsonl"
ACKNOWLEDGED = "acknowledged.jsonl"
_TO_ITS_END = os.O_WRONLY | os.O_APPEND | os.O_CREAT


def folder() -> Path | None:
    """Where the lines are kept, or None where no witness is wanted."""
    kept = settings.CIVICNET_AUDIT_CHECKPOINTS
    return Path(kept) if kept else None


def chain_file(chain: str) -> str:
    """The file of a chain, below the folder."""
    return f"chains/{chain[:2]}/{chain}.jsonl"


def attest(*, chain: str, line: int, position: int, digest: str, at: datetime) -> bool:
    """Say in the chain's next line that it has come this far; returns whether it was said.

    What was committed stands also when the line cannot be written.
    """
    home = folder()
    if home is None:
        return False
    content = {"chain": chain, "line": line, "position": position, "digest": digest, "at": moment(at)}
    try:
        append(home / chain_file(chain), signed(content))
    except (OSError, ImproperlyConfigured):
        logger.exception("audit: the witness of chain %s position %s could not be written", chain, position)
        return False
    return True


def attest_seal(*, number: int, digest: str, records: int, at: datetime) -> None:
    """Say that a seal was made; the line is on the disk when this returns.

    Raises:
        OSError: the line could not be written.
    """
    if home := folder():
        line = signed({"seal": number, "digest": digest, "records": records, "at": moment(at)})
        append(home / SEALS, line, durable=True)


def attest_by_hand(content: Mapping[str, Any]) -> None:
    """Keep what somebody has vouched for; the line is on the disk when this returns.

    Raises:
        OSError: the line could not be written.
    """
    if home := folder():
        append(home / ACKNOWLEDGED, signed(content), durable=True)


def signed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with the name of the newest key and the MAC under it."""
    name, key = next(iter(audit_keys().items()))
    named = {**content, "key": name}
    return {**named, "mac": backend().mac(key, canonical(named))}


def is_genuine(line: Mapping[str, Any], keys: Mapping[str, bytes]) -> bool:
    """Whether a line carries the MAC of a key in the ring."""
    key = keys.get(str(line.get("key")))
    named = {name: value for name, value in line.items() if name != "mac"}
    return key is not None and backend().mac(key, canonical(named)) == line.get("mac")


def append(path: Path, line: Mapping[str, Any], *, durable: bool = False) -> None:
    """Add a line in one write, so that processes never mix theirs.

    Raises:
        OSError: the line could not be written, and is not there in part either.
    """
    try:
        handle = os.open(path, _TO_ITS_END, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, _TO_ITS_END, 0o600)
    try:
        _write_whole(handle, json.dumps(line, separators=(",", ":")).encode() + b"\n")
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)


def _write_whole(handle: int, text: bytes) -> None:
    written = os.write(handle, text)
    if written != len(text):
        # A full disk takes what fits. The next line must not be glued to half a line.
        os.ftruncate(handle, os.fstat(handle).st_size - written)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
