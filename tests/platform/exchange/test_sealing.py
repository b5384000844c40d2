"""Sealed files: nothing of them can be read, and nothing of them can be changed, moved or cut off unseen."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from civicnet.cipher import CipherError
from civicnet.exchange import sealing
from civicnet.exchange.sealing import CHUNK, SealedWriter, unsealed

PLAIN = b"14000000001," * 60_000


def sealed(plain: bytes = PLAIN, *, place: str = "here") -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, place=place)
    for at in range(0, len(plain), 10_000):
        writer.write(plain[at : at + 10_000])
    writer.finish()
    return file.getvalue()


def opened(content: bytes, *, place: str = "here") -> bytes:
    return b"".join(unsealed(io.BytesIO(content), place=place))


def frames(content: bytes) -> list[bytes]:
    """The header and each chunk with its frame."""
    at = 5 + content[4]
    parts = [content[:at]]
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big") + 5
        parts.append(content[at : at + length])
        at += length
    return parts


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, len(PLAIN)])
def test_what_was_sealed_opens_again_and_cannot_be_read_before(size):
    content = sealed(PLAIN[:size])

    assert opened(content) == PLAIN[:size]
    assert b"14000000001" not in content


def test_a_file_of_something_else_does_not_open():
    with pytest.raises(CipherError):
        opened(sealed(), place="elsewhere")


@pytest.mark.parametrize(
    "change",
    [
        lambda head, *rest: b"".join([head, *rest[:-1]]),
        lambda head, first, second, *rest: b"".join([head, second, first, *rest]),
        lambda head, first, *rest: b"".join([head, *rest]),
        lambda head, first, *rest: b"".join([head, first[:-1] + bytes([first[-1] ^ 1]), *rest]),
        lambda *all_of_it: b"".join(all_of_it) + b"x",
        lambda head, *rest: b"".join([head, *rest])[:-3],
        lambda head, *rest: b"".join([b"CNS1\x04gone", *rest]),
        lambda *_all: b"PK\x03\x04 and so on",
        # The mark of the last chunk set on the first one.
        lambda head, first, *rest: head + first[:4] + b"\x01" + first[5:],
    ],
    ids=["cut", "swapped", "left-out", "altered", "added", "torn", "other-key", "no-seal", "ended-early"],
)
def test_a_file_that_was_changed_does_not_open(change):
    with pytest.raises(CipherError):
        opened(change(*frames(sealed())))


def test_sealing_and_opening_need_the_memory_of_a_few_chunks_only(monkeypatch):
    monkeypatch.setattr(sealing, "CHUNK", 16 * 1024)
    block, file = bytes(10_000), io.BytesIO()
    writer = SealedWriter(file, place="here")
    for _number in range(1000):
        writer.write(block)
    writer.finish()
    file.seek(0)

    tracemalloc.start()
    total = sum(len(chunk) for chunk in unsealed(file, place="here"))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert total == 10_000_000 and peak < 500_000
