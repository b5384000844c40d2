"""What a document is known by: the SHA-256 of its text, to the letter."""

from __future__ import annotations

import hashlib
import re

_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)


def digest_of(text: str) -> str:
    """The SHA-256 of a text as lower-case hexadecimal. A text that is no Unicode has one too, which nothing else has."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_digest(given: object) -> str | None:
    """A digest as a caller wrote it, with or without ``sha256:`` before it; None when it is none."""
    if not isinstance(given, str) or len(given) > 80:
        return None
    digest = given.lower().removeprefix("sha256:")
    return digest if _HEX.fullmatch(digest) else None
