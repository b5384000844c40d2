"""The key rings: which keys seal values and which make blind indexes, newest first.

``CIVICNET_FIELD_KEYS`` lists ``name:64 hex digits``. The first entry seals, all of them open, so that a new key is put in
front and the old one leaves after ``civicnet keys rotate``. Of each entry the first half is the SM4 key and the second half
makes blind indexes, unless ``CIVICNET_INDEX_KEYS`` lists index keys of their own.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from civicnet.cipher.backend import CipherError, backend

_DIGITS = 64
_HALF = 16
# Stands between the key's name and a value that was sealed together with the place it belongs to.
_BOUND = "2:"


def field_keys() -> dict[str, bytes]:
    """SM4 keys by name, newest first."""
    return {name: key[:_HALF] for name, key in _ring("CIVICNET_FIELD_KEYS").items()}


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


def sealer(*, place: str) -> Callable[[str], str]:
    """``encrypt`` for many values of one place: the key is looked up once."""
    name, key = next(iter(field_keys().items()))
    seal, bound, associated, text = (
        backend().seal,
        f"{name}:{_BOUND if place else ''}",
        place.encode(),
        base64.b64encode,
    )
    return lambda plain: bound + text(seal(key, plain.encode(), associated=associated)).decode()


def decrypt(sealed: str, *, place: str = "") -> str:
    """Open what ``encrypt`` sealed; values from before places were bound open for any place.

    Raises:
        CipherError: unknown key, altered value, or a value of another place.
    """
    name, _colon, body = sealed.partition(":")
    key = field_keys().get(name)
    if key is None:
        raise CipherError(f"no key named {name!r} is in the ring")
    bound = body.startswith(_BOUND)
    try:
        raw = base64.b64decode(body.removeprefix(_BOUND), validate=True)
    except binascii.Error as error:
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


def blind_indexer() -> Callable[[str], str]:
    """``blind_index`` for many values: the key is looked up once."""
    key, mac = next(iter(index_keys().values())), backend().mac
    return lambda text: mac(key, text.encode())


def blind_indexes(text: str) -> list[str]:
    """The digests under which a value may be stored, newest key first: look it up with ``__in``.

    It is one digest, except between putting a new index key in front and the end of the rotation.
    """
    mac, data = backend().mac, text.encode()
    return [mac(key, data) for key in _index_keys()]


def _index_keys() -> tuple[bytes, ...]:
    own = getattr(settings, "CIVICNET_INDEX_KEYS", None)
    return _halves(tuple(own)) if own else _halves(tuple(settings.CIVICNET_FIELD_KEYS), second=True)


@lru_cache(maxsize=16)
def _halves(entries: tuple[str, ...], *, second: bool = False) -> tuple[bytes, ...]:
    setting = "CIVICNET_FIELD_KEYS" if second else "CIVICNET_INDEX_KEYS"
    return tuple(key[_HALF:] if second else key for key in _parsed(setting, entries).values())


def _ring(setting: str) -> dict[str, bytes]:
    return _parsed(setting, tuple(getattr(settings, setting, ())))


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
