"""Contents: what a file is, told by its first bytes and its parts, whatever its name says. It imports no Django."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO

import filetype

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
ZIP = b"PK\x03\x04"
HEAD = 8192
_BLOCK = 1024 * 1024
_OVERLAP = 64
_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|iframe|body|\?php)[\s/>]", re.IGNORECASE)
# Names of streams in the container of .doc and .xls stand there in UTF-16.
_OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
_MACRO_TYPES = re.compile(rb"macroEnabled", re.IGNORECASE)
_MOST_TYPES = 1024 * 1024


class BrokenArchive(ValueError):
    """A ZIP container that does not open."""


class HugeArchive(ValueError):
    """A ZIP container that unpacks to more than is allowed, or holds too many parts."""


class ManyParts(HugeArchive):
    """It holds too many parts."""


def kind_of(head: bytes) -> str:
    """The usual suffix of what these first bytes are, without its dot; "" if they are nothing well known."""
    found = filetype.guess(head)
    return str(found.extension) if found else ""


def is_markup(head: bytes) -> bool:
    """Whether a text is meant for a browser."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return text[:1] == b"<" and bool(_MARKUP.match(text) or text[:5].lower() in (b"<?xml", b"<!doc"))


def holds_markup(file: IO[bytes]) -> bool:
    """Whether something for a browser stands anywhere in a file of bytes."""
    return any(_MARKUP.search(block) for block in _blocks(file))


def holds_ole_macros(file: IO[bytes]) -> bool:
    """Whether an old Office file carries a program."""
    return any(_OLE_MACROS in block for block in _blocks(file))


def holds_ole_stream(file: IO[bytes], *names: str) -> bool:
    """Whether an old Office file has one of these streams: a document, a workbook."""
    wanted = [name.encode("utf-16-le") for name in names]
    return any(one in block for block in _blocks(file) for one in wanted)


def ends_as_archive(file: IO[bytes]) -> bool:
    """Whether a ZIP container ends in this file, whatever it begins with."""
    file.seek(0)
    return zipfile.is_zipfile(file)


def parts_of(file: IO[bytes], *, most_parts: int, most_bytes: int) -> list[zipfile.ZipInfo]:
    """The parts of a ZIP container; nothing is unpacked.

    Raises:
        BrokenArchive: it does not open.
        HugeArchive: it would unpack to too much.
        ManyParts: it has more parts.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise BrokenArchive() from error
    if len(parts) > most_parts:
        raise ManyParts()
    if sum(one.file_size for one in parts) > most_bytes:
        raise HugeArchive()
    return parts


def holds_macros(file: IO[bytes], parts: list[zipfile.ZipInfo]) -> bool:
    """Whether a new Office file carries a program, or says that it is one of those that may."""
    if any(one.filename.lower().rsplit("/", 1)[-1] in _MACRO_PARTS for one in parts):
        return True
    if not any(one.filename == "[Content_Types].xml" for one in parts):
        return False
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive, archive.open("[Content_Types].xml") as types:
            return bool(_MACRO_TYPES.search(types.read(_MOST_TYPES)))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise BrokenArchive() from error


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    # Each begins with the end of the one before, so that nothing hides across the seam.
    file.seek(0)
    kept = b""
    while block := file.read(_BLOCK):
        yield kept + block
        kept = block[-_OVERLAP:]
