"""Files as they arrive: what they are is told by their content, before anything opens them."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import PurePath
from typing import IO

from civicnet.exchange.contents import (
    OLE,
    ZIP,
    BrokenArchive,
    HugeArchive,
    ManyParts,
    holds_macros,
    is_markup,
    kind_of,
    parts_of,
)
from civicnet.exchange.errors import (
    BrokenFile,
    DisguisedFile,
    EmptyFile,
    FileTooHeavy,
    FileTooLarge,
    LockedFile,
    MacroFile,
    UnknownFormat,
)

MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 20
# A text is read line by line and never unpacked: a million rows of a roster take 150.
MOST_MEGABYTES_OF_TEXT = 200
MOST_MEGABYTES_UNPACKED = 250
# A table and pictures, which are packed already: each is read alone, and within its own limit.
MOST_MEGABYTES_OF_BUNDLE = 200
MOST_PARTS = 2_000

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Format(Enum):
    """What we read. The value is how the stored file's name ends."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    TEXT = "csv"
    BUNDLE = "zip"


_SUFFIXES = {
    ".xlsx": Format.XLSX,
    ".xls": Format.XLS,
    ".ods": Format.ODS,
    ".csv": Format.TEXT,
    ".tsv": Format.TEXT,
    ".txt": Format.TEXT,
}
_BUNDLE = ".zip"
_WITH_MACROS = {".xlsm", ".xltm", ".xlam"}
_HALLMARKS = {Format.XLSX: {"[Content_Types].xml", "xl/workbook.xml"}, Format.ODS: {"content.xml"}}


def inspect(file: IO[bytes], *, name: str, size: int, bundles: bool = False) -> Format:
    """What kind of file this is; leaves it at its beginning. With ``bundles`` it may be an archive.

    Raises:
        FileRefused: its kind is not read here, it is too large, or it is not what its name says.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in _WITH_MACROS:
        raise MacroFile()
    if suffix not in _SUFFIXES and not (bundles and suffix == _BUNDLE):
        raise UnknownFormat()
    if size == 0:
        raise EmptyFile()
    if suffix == _BUNDLE:
        return _archive(file, size)
    promised = _SUFFIXES[suffix]
    most = MOST_MEGABYTES_OF_TEXT if promised is Format.TEXT else MOST_MEGABYTES
    if size > most * MEGABYTE:
        raise FileTooLarge(limit=most)
    file.seek(0)
    head = file.read(4096)
    if not _keeps_promise(promised, head):
        # Excel packs a workbook with a password into the container of the old .xls.
        locked = promised is Format.XLSX and head.startswith(OLE)
        raise LockedFile() if locked else DisguisedFile(suffix=suffix)
    if promised in _HALLMARKS:
        _look_into_zip(file, promised, suffix)
    file.seek(0)
    return promised


def name_of(name: str) -> str:
    """A file's name as it is kept: without folders, and without signs that no database keeps or nobody sees."""
    return PurePath(_UNSEEN.sub("", name)).name[:255]


def is_table(name: str) -> bool:
    """Whether a file of this name would be read as a table."""
    # A .txt beside a table is a note.
    return PurePath(name).suffix.lower() in {*_SUFFIXES, *_WITH_MACROS} - {".txt"}


def _archive(file: IO[bytes], size: int) -> Format:
    # What lies in it is looked at when it is opened, part by part.
    if size > MOST_MEGABYTES_OF_BUNDLE * MEGABYTE:
        raise FileTooLarge(limit=MOST_MEGABYTES_OF_BUNDLE)
    file.seek(0)
    if not file.read(len(ZIP)) == ZIP:
        raise DisguisedFile(suffix=_BUNDLE)
    file.seek(0)
    return Format.BUNDLE


def _keeps_promise(promised: Format, head: bytes) -> bool:
    if promised in (Format.XLSX, Format.ODS):
        return head.startswith(ZIP)
    if promised is Format.XLS:
        return head.startswith(OLE)
    if head.startswith(_UTF_16):
        return True
    return not (b"\0" in head or kind_of(head) or is_markup(head))


def _look_into_zip(file: IO[bytes], promised: Format, suffix: str) -> None:
    # The directory may lie about sizes; the process that unpacks has a memory limit of its own for that case.
    most_bytes = MOST_MEGABYTES_UNPACKED * MEGABYTE
    try:
        parts = parts_of(file, most_parts=MOST_PARTS, most_bytes=most_bytes)
        macros = holds_macros(file, parts)
    except BrokenArchive as error:
        raise BrokenFile() from error
    except ManyParts as error:
        raise FileTooHeavy() from error
    except HugeArchive as error:
        raise FileTooLarge(limit=MOST_MEGABYTES_UNPACKED) from error
    if macros:
        raise MacroFile()
    if not {one.filename for one in parts} >= _HALLMARKS[promised]:
        raise DisguisedFile(suffix=suffix)
