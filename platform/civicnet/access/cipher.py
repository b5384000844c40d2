"""The cipher for personal data: SM4-GCM at rest, and a keyed SM3 index for exact search.

Standards: GB/T 32907-2016 (SM4), GB/T 32905-2016 (SM3). Keys come from ``CIVICNET_FIELD_KEYS``, a list of
``name:64 hex digits``; the first encrypts, all of them decrypt, so that a new key can be put in front of an old one.
"""

from __future__ import annotations

import base64
import os
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

_NONCE = 12
_TAG = 16


class CipherError(ValueError):
    """A stored value does not decrypt: its key is missing from the ring, or it was altered."""


@lru_cache(maxsize=4)
def _ring(entries: tuple[str, ...]) -> dict[str, bytes]:
    ring = {}
    for entry in entries:
        name, _colon, digits = entry.partition(":")
        if not name or len(digits) != 64:
            raise ImproperlyConfigured("CIVICNET_FIELD_KEYS: each entry must be name:64 hex digits")
        ring[name] = bytes.fromhex(digits)
    if not ring:
        raise ImproperlyConfigured("CIVICNET_FIELD_KEYS is empty")
    return ring


def encrypt(text: str) -> str:
    """Encrypt a value with the newest key; the same text never gives the same result twice."""
    ring = _ring(tuple(settings.CIVICNET_FIELD_KEYS))
    name, key = next(iter(ring.items()))
    nonce = os.urandom(_NONCE)
    sealer = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
    body = sealer.update(text.encode()) + sealer.finalize()
    return f"{name}:{base64.b64encode(nonce + sealer.tag + body).decode()}"


def decrypt(sealed: str) -> str:
    """Decrypt what ``encrypt`` made.

    Raises:
        CipherError: unknown key or altered value.
    """
    name, _colon, encoded = sealed.partition(":")
    key = _ring(tuple(settings.CIVICNET_FIELD_KEYS)).get(name)
    if key is None:
        raise CipherError(f"no key named {name!r} is in the ring")
    raw = base64.b64decode(encoded)
    nonce, tag, body = raw[:_NONCE], raw[_NONCE : _NONCE + _TAG], raw[_NONCE + _TAG :]
    opener = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, tag)).decryptor()
    try:
        return (opener.update(body) + opener.finalize()).decode()
    except InvalidTag as error:
        raise CipherError("the stored value was altered") from error


def blind_index(text: str) -> str:
    """A keyed digest for exact search: equal values give equal digests, and nothing can be read back. 64 hex digits."""
    ring = _ring(tuple(settings.CIVICNET_FIELD_KEYS))
    # The oldest key stays the index key, so that adding a new one in front does not orphan every index.
    mac = hmac.HMAC(next(reversed(ring.values()))[16:], hashes.SM3())
    mac.update(text.encode())
    return mac.finalize().hex()


def mask(text: str, *, head: int = 3, tail: int = 4) -> str:
    """A value as screens show it: the first and last signs, the middle hidden. Short values are hidden whole."""
    if len(text) <= head + tail:
        return "*" * len(text)
    return f"{text[:head]}{'*' * (len(text) - head - tail)}{text[-tail:]}"


class EncryptedField(models.TextField):
    """Text that is encrypted in the database and plain in Python. It cannot be filtered: keep a blind index beside it."""

    def get_prep_value(self, value: Any) -> str | None:
        """Seal on the way in."""
        return None if value is None else ("" if value == "" else encrypt(str(value)))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Open on the way out."""
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Only asking for null makes sense on a sealed value."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
