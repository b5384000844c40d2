"""The crypto backend: SM3, HMAC-SM3 and SM4-GCM, by a library or by a certified module behind the same four calls.

Standards: GB/T 32905-2016 (SM3), GB/T 32907-2016 (SM4). ``CIVICNET_CRYPTO_BACKEND`` names the class that serves; a backend
that fails the standards' own examples never serves at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

NONCE = 12
TAG = 16
DEFAULT = "civicnet.cipher.backend.LibraryBackend"


class CipherError(ValueError):
    """A stored value does not open: its key is missing from the ring, it was altered, or it belongs elsewhere."""


class CryptoBackend(Protocol):
    """What a certified module has to offer. ``key`` is what the key ring holds: key material, or the module's handle for it.

    One that is quicker with many values at once may also have ``seal_all`` and ``macs``, as ``LibraryBackend`` has them.
    """

    def digest(self, data: bytes) -> str:
        """SM3 as 64 hex digits."""

    def mac(self, key: bytes, data: bytes) -> str:
        """HMAC-SM3 as 64 hex digits."""

    def seal(self, key: bytes, plain: bytes, *, associated: bytes = b"", nonce: bytes | None = None) -> bytes:
        """SM4-GCM: nonce (12), tag (16), body. A nonce is given by self-tests only; otherwise it is drawn."""

    def open(self, key: bytes, sealed: bytes, *, associated: bytes = b"") -> bytes:
        """Undo ``seal``; raises ``CipherError`` when key, value or associated data differ."""


class LibraryBackend:
    """SM3 and SM4 of the ``cryptography`` package."""

    def digest(self, data: bytes) -> str:
        """SM3 as 64 hex digits."""
        sm3 = hashes.Hash(hashes.SM3())
        sm3.update(data)
        return sm3.finalize().hex()

    def mac(self, key: bytes, data: bytes) -> str:
        """HMAC-SM3 as 64 hex digits."""
        keyed = _keyed(key).copy()
        keyed.update(data)
        return keyed.finalize().hex()

    def seal(self, key: bytes, plain: bytes, *, associated: bytes = b"", nonce: bytes | None = None) -> bytes:
        """SM4-GCM with a nonce of its own for every value."""
        nonce = os.urandom(NONCE) if nonce is None else nonce
        return _sealed(Cipher(_sm4(key), modes.GCM(nonce)), plain, associated, nonce)

    def seal_all(self, key: bytes, plains: Sequence[bytes], *, associated: bytes = b"") -> list[bytes]:
        """``seal`` for many values: their nonces are drawn at once, each still has its own."""
        drawn = os.urandom(NONCE * len(plains))
        cipher, sealed = Cipher(_sm4(key), modes.GCM(bytes(NONCE))), []
        for at, plain in enumerate(plains):
            nonce = drawn[NONCE * at : NONCE * (at + 1)]
            # To take in the key and look at it each time costs as much as the sealing.
            cipher.mode = modes.GCM(nonce)
            sealer = cipher.encryptor()
            sealer.authenticate_additional_data(associated)
            body = sealer.update(plain) + sealer.finalize()
            sealed.append(nonce + sealer.tag + body)
        return sealed

    def macs(self, key: bytes, texts: Iterable[bytes]) -> list[str]:
        """``mac`` for many texts."""
        keyed, found = _keyed(key), []
        for text in texts:
            one = keyed.copy()
            one.update(text)
            found.append(one.finalize().hex())
        return found

    def open(self, key: bytes, sealed: bytes, *, associated: bytes = b"") -> bytes:
        """Undo ``seal``."""
        nonce, tag, body = sealed[:NONCE], sealed[NONCE : NONCE + TAG], sealed[NONCE + TAG :]
        try:
            opener = Cipher(_sm4(key), modes.GCM(nonce, tag)).decryptor()
            opener.authenticate_additional_data(associated)
            return opener.update(body) + opener.finalize()
        except (InvalidTag, ValueError) as error:
            raise CipherError("the stored value was altered, or belongs to another field") from error


def _sealed(cipher: Cipher[modes.GCM], plain: bytes, associated: bytes, nonce: bytes) -> bytes:
    sealer = cipher.encryptor()
    sealer.authenticate_additional_data(associated)
    body = sealer.update(plain) + sealer.finalize()
    return nonce + sealer.tag + body


@lru_cache(maxsize=16)
def _sm4(key: bytes) -> algorithms.SM4:
    return algorithms.SM4(key)


@lru_cache(maxsize=16)
def _keyed(key: bytes) -> hmac.HMAC:
    # Taking the key in costs four times as much as a short text; a copy has taken it in already.
    return hmac.HMAC(key, hashes.SM3())


def backend() -> CryptoBackend:
    """The backend in force; made and tested once per process."""
    return _made(getattr(settings, "CIVICNET_CRYPTO_BACKEND", DEFAULT))


@lru_cache(maxsize=4)
def _made(path: str) -> CryptoBackend:
    try:
        made: CryptoBackend = import_string(path)()
        wrong = failures(made)
    except (ImportError, UnsupportedAlgorithm) as error:
        raise ImproperlyConfigured(f"CIVICNET_CRYPTO_BACKEND {path} cannot serve: {error}") from error
    if wrong:
        raise ImproperlyConfigured(f"CIVICNET_CRYPTO_BACKEND {path} fails its self-test: {', '.join(wrong)}")
    return made


def failures(candidate: CryptoBackend) -> list[str]:
    """Names of the known answers that a backend gets wrong."""
    # GB/T 32905-2016 example 1; RFC 8998 appendix A.1 (SM4-GCM); the HMAC agrees with OpenSSL's.
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce = bytes.fromhex("00001234567800000000abcd")
    associated = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = b"".join(bytes([byte]) * 8 for byte in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    body = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    tag = bytes.fromhex("83de3541e4c2b58177e065a9bf7b62ec")
    sealed = candidate.seal(key, plain, associated=associated, nonce=nonce)
    answers = {
        "SM3": candidate.digest(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        "HMAC-SM3": candidate.mac(key, b"abc") == _HMAC_ABC,
        "SM4-GCM seal": sealed == nonce + tag + body,
        "SM4-GCM seal of many": _opens_again(candidate, key, [plain, b"", plain]),
        "SM4-GCM open": candidate.open(key, nonce + tag + body, associated=associated) == plain,
    }
    return [name for name, right in answers.items() if not right]


def _opens_again(candidate: CryptoBackend, key: bytes, plains: list[bytes]) -> bool:
    seal_all = getattr(candidate, "seal_all", None)
    if seal_all is None:
        return True
    sealed = seal_all(key, plains, associated=b"place")
    # Each is bound to the nonce before it, so what opens was sealed with that nonce.
    return len({one[:NONCE] for one in sealed}) == len(plains) and plains == [
        candidate.open(key, one, associated=b"place") for one in sealed
    ]


_HMAC_ABC = "28d8a61be67d8bf7652c4eda7092b612f88be62184f55005c57ddf076e764199"
