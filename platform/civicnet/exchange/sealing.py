"""Sealed files: encrypted chunk by chunk with the cipher's backend, so that no size needs the memory for the whole.

A file begins with the name of its key. Each chunk is bound to its file, its place in it, and to whether it is the last:
one that was swapped, left out or cut off does not open.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import IO

from civicnet.cipher import CipherError, backend
from civicnet.cipher.ring import field_keys

CHUNK = 256 * 1024
_MAGIC = b"CNS1"
# How long the sealed chunk is, and whether it is the last.
_FRAME = struct.Struct(">I?")
_MOST = CHUNK + 1024


class SealedWriter(io.RawIOBase):
    """Takes plain bytes and writes sealed ones; only closing it makes the file whole."""

    def __init__(self, file: IO[bytes], *, place: str) -> None:
        self._file = file
        self._place = place
        self._waiting = bytearray()
        self._number = 0
        name, self._key = next(iter(field_keys().items()))
        label = name.encode()
        file.write(_MAGIC + bytes([len(label)]) + label)

    def writable(self) -> bool:
        """It is for writing only."""
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        """Take bytes; full chunks are sealed at once."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Seal what is left, as the last chunk. A file without it does not open to its end."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        sealed = backend().seal(self._key, plain, associated=_associated(self._place, self._number, last))
        self._file.write(_FRAME.pack(len(sealed), last) + sealed)
        self._number += 1


def unsealed(file: IO[bytes], *, place: str) -> Iterator[bytes]:
    """The plain bytes of a sealed file, chunk by chunk.

    Raises:
        CipherError: its key is not in the ring any more, it was altered or cut off, or it belongs to something else.
    """
    key, number, last = _key(file), 0, False
    while not last:
        frame = file.read(_FRAME.size)
        if len(frame) != _FRAME.size:
            raise CipherError("the file was cut off")
        length, last = _FRAME.unpack(frame)
        if length > _MOST:
            raise CipherError("the file was altered")
        yield backend().open(key, file.read(length), associated=_associated(place, number, last))
        number += 1
    if file.read(1):
        raise CipherError("something was added to the file")


def _key(file: IO[bytes]) -> bytes:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise CipherError("this is no sealed file")
    length = file.read(1)
    name = file.read(length[0] if length else 0).decode(errors="replace")
    key = field_keys().get(name)
    if key is None:
        raise CipherError(f"no key named {name!r} is in the ring")
    return key


def _associated(place: str, number: int, last: bool) -> bytes:
    return f"{place}:{number}:{int(last)}".encode()
