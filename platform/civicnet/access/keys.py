"""Credentials of API clients as texts: made once, shown once, kept as a digest.

A key reads ``cvn_<prefix>_<secret>_<checksum>``: the fixed start and the checksum let secret scanners recognise a leaked
one, and let us refuse a mistyped one without asking the database. OAuth2 secrets (``cvs_``) and tokens (``cvt_``) alike.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy

from civicnet.contract import CivicNetError


class Kind(StrEnum):
    """What a credential is for, as its first letters say."""

    KEY = "cvn"
    SECRET = "cvs"  # noqa: S105 — the letters it begins with
    TOKEN = "cvt"  # noqa: S105 — likewise


_SHAPE = re.compile(r"(cvn|cvs|cvt)_([a-z0-9]{8})_([A-Za-z0-9]{40})_([0-9a-f]{8})")
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class KeyRefused(CivicNetError):
    """The credential is malformed, unknown, expired, revoked or used from elsewhere; which of them it is stays with us."""

    code = "KEY_REFUSED"
    status = 401
    message = gettext_lazy("This API key is not valid. Ask the platform's administrator for a new one.")


@dataclass(frozen=True, slots=True)
class Credential:
    """A new credential: the text to show, and what may be kept of it."""

    text: str
    prefix: str
    digest: str


def new_credential(kind: Kind) -> Credential:
    """Make one from the system's generator."""
    prefix = "".join(secrets.choice(_ALPHABET[26:]) for _i in range(8))
    secret = "".join(secrets.choice(_ALPHABET) for _i in range(40))
    text = f"{kind}_{prefix}_{secret}_{_checksum(prefix, secret)}"
    return Credential(text, prefix, digest(text))


def read_credential(text: str) -> tuple[Kind, str] | None:
    """Kind and prefix of a well-formed credential; None for one that was never made here or was mistyped."""
    match = _SHAPE.fullmatch(text)
    if match is None or _checksum(match[2], match[3]) != match[4]:
        return None
    return Kind(match[1]), match[2]


def shown_key(environ: Mapping[str, Any]) -> str | None:
    """The prefix of the API key that a WSGI request shows as its bearer; None where it shows none, or something else."""
    scheme, _space, credential = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    read = read_credential(credential.strip()) if scheme.lower() == "bearer" else None
    return read[1] if read is not None and read[0] is Kind.KEY else None


def digest(text: str) -> str:
    """What is kept. The secret has 238 bits from the system's generator: a plain digest cannot be searched backwards."""
    return hashlib.sha256(text.encode()).hexdigest()


def _checksum(prefix: str, secret: str) -> str:
    return f"{zlib.crc32(f'{prefix}_{secret}'.encode()):08x}"
