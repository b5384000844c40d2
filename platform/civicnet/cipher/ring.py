"""The key rings: which keys seal values and which make blind indexes, newest first.

``CIVICNET_FIELD_KEYS`` lists ``name:64 hex digits``. The first entry seals, all of them open, so that a new key is put in
front and the old one leaves after ``civicnet keys rotate``. Of each entry the first half is the SM4 key and the second half
makes blind indexes, unless ``CIVICNET_INDEX_KEYS`` lists index keys of their own.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from civicnet.cipher.backend import CipherError, backend
from civicnet.cipher.made import Made, remembered

_DIGITS = 64
_HALF = 16
# Stands between the key's name and a value that was sealed together with the place it belongs to.
_BOUND = "2:"


def field_keys() -> dict[str, bytes]:
    """SM4 keys by name, newest first."""
    return {**_sealing_keys(_entries("CIVICNET_FIELD_KEYS"))}


def index_keys() -> dict[str, bytes]:
    """Keys of blind indexes by name, newest first."""
    if getattr(settings, "CIVICNET_INDEX_KEYS", None):
        return _ring("CIVICNET_INDEX_KEYS")
    return {name: key[_HALF:] for name, key in _ring("CIVICNET_FIELD_KEYS").items()}


def audit_keys() -> dict[str, bytes]:
    """Keys of the audit's checkpoints by name, newest first; an older one stays as long as its lines are verified."""
    return _ring("CIVICNET_AUDIT_KEYS")


def encrypt(text: str, *, place: str = "") -> str:
    """Seal a value with the newest key; the same text never gives the same result twice.

    ``place`` binds the result: it opens again only for the same place, so that two columns cannot be swapped unseen.
    """
    name, key = next(iter(field_keys().items()))
    sealed = backend().seal(key, text.encode(), associated=place.encode())
    return f"{name}:{_BOUND if place else ''}{base64.b64encode(sealed).decode()}"


def encrypt_all(texts: Sequence[str], *, place: str) -> list[str]:
    """``encrypt`` for many values of one place."""
    made = remembered()
    return _sealed(texts, place) if made is None else made.seals(place, texts, partial(_sealed, place=place))


def _sealed(texts: Sequence[str], place: str) -> list[str]:
    name, key = next(iter(field_keys().items()))
    served, associated, plains = backend(), place.encode(), [text.encode() for text in texts]
    seal_all: Callable[..., list[bytes]] | None = getattr(served, "seal_all", None)
    if seal_all:
        sealed = seal_all(key, plains, associated=associated)
    else:
        sealed = [served.seal(key, plain, associated=associated) for plain in plains]
    bound, base = f"{name}:{_BOUND if place else ''}", binascii.b2a_base64
    return [bound + base(one, newline=False).decode() for one in sealed]


def decrypt(sealed: str, *, place: str = "") -> str:
    """Open what ``encrypt`` sealed; values from before places were bound open for any place.

    Raises:
        CipherError: unknown key, altered value, or a value of another place.
    """
    name, _colon, body = sealed.partition(":")
    key = _sealing_keys(_entries("CIVICNET_FIELD_KEYS")).get(name)
    if key is None:
        raise CipherError(f"no key named {name!r} is in the ring")
    bound = body.startswith(_BOUND)
    try:
        raw = binascii.a2b_base64(body.removeprefix(_BOUND), strict_mode=True)
    except ValueError as error:
        raise CipherError("the stored value was altered") from error
    return backend().open(key, raw, associated=place.encode() if bound else b"").decode()


def key_name(sealed: str) -> str:
    """The name of the key that sealed a value."""
    return sealed.partition(":")[0]


def is_bound(sealed: str) -> bool:
    """Whether a value was sealed together with its place."""
    return sealed.partition(":")[2].startswith(_BOUND)


def blind_index(text: str) -> str:
    """A keyed digest to store beside a sealed value: equal values give equal digests, and nothing can be read back."""
    return backend().mac(next(iter(index_keys().values())), text.encode())


def blind_index_all(texts: Sequence[str]) -> list[str]:
    """``blind_index`` for many values."""
    if remembered() is None:
        return _macs(_index_keys()[0], texts)
    # What is remembered holds the digests of all keys, the newest first.
    return [digests[0] for digests in blind_indexes_all(texts)]


def blind_indexes_all(texts: Sequence[str]) -> list[list[str]]:
    """``blind_indexes`` for many values."""
    return (remembered() or Made()).indexes(texts, _digests)


def blind_indexes(text: str) -> list[str]:
    """The digests under which a value may be stored, newest key first: look it up with ``__in``.

    It is one digest, except between putting a new index key in front and the end of the rotation.
    """
    made = remembered()
    if made is not None:
        return made.index(text) or made.indexes([text], _digests)[0]
    mac, data = backend().mac, text.encode()
    return [mac(key, data) for key in _index_keys()]


def make_ahead(made: Made, *, indexes: Sequence[str], seals: Sequence[str], place: str) -> None:
    """Make the blind indexes of texts, and a seal of the place for each of others: they are there in ``remembering(made)``."""
    made.indexes(indexes, _digests)
    if seals:
        made.keep_seals(place, seals, _sealed(seals, place))


def _digests(texts: Sequence[str]) -> list[list[str]]:
    columns = [_macs(key, texts) for key in _index_keys()]
    return [[*digests] for digests in zip(*columns, strict=True)]


def _macs(key: bytes, texts: Sequence[str]) -> list[str]:
    served, data = backend(), [text.encode() for text in texts]
    macs: Callable[..., list[str]] | None = getattr(served, "macs", None)
    return macs(key, data) if macs else [served.mac(key, one) for one in data]


def _index_keys() -> tuple[bytes, ...]:
    own = getattr(settings, "CIVICNET_INDEX_KEYS", None)
    return _halves(tuple(own)) if own else _halves(tuple(settings.CIVICNET_FIELD_KEYS), second=True)


@lru_cache(maxsize=16)
def _halves(entries: tuple[str, ...], *, second: bool = False) -> tuple[bytes, ...]:
    setting = "CIVICNET_FIELD_KEYS" if second else "CIVICNET_INDEX_KEYS"
    return tuple(key[_HALF:] if second else key for key in _parsed(setting, entries).values())


@lru_cache(maxsize=16)
def _sealing_keys(entries: tuple[str, ...]) -> dict[str, bytes]:
    return {name: key[:_HALF] for name, key in _parsed("CIVICNET_FIELD_KEYS", entries).items()}


def _ring(setting: str) -> dict[str, bytes]:
    return _parsed(setting, _entries(setting))


def _entries(setting: str) -> tuple[str, ...]:
    return tuple(getattr(settings, setting, ()))


@lru_cache(maxsize=16)
def _parsed(setting: str, entries: tuple[str, ...]) -> dict[str, bytes]:
    ring: dict[str, bytes] = {}
    for entry in entries:
        name, _colon, digits = entry.partition(":")
        try:
            key = bytes.fromhex(digits)
        except ValueError:
            key = b""
        if not name or len(digits) != _DIGITS or not key:
            raise ImproperlyConfigured(f"{setting}: each entry must be name:64 hex digits")
        if name in ring:
            raise ImproperlyConfigured(f"{setting}: two keys are named {name}")
        ring[name] = key
    if not ring:
        raise ImproperlyConfigured(f"{setting} is empty")
    return ring
