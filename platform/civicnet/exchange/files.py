"""Files as they arrive: what they are is told by their content, before anything opens them."""

from __future__ import annotations

import zipfile
from enum import Enum
from pathlib import PurePath
from typing import IO

from civicnet.exchange.errors import (
    BrokenFile,
    DisguisedFile,
    EmptyFile,
    FileTooLarge,
    LockedFile,
    MacroFile,
    UnknownFormat,
)

MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 20
MOST_MEGABYTES_UNPACKED = 250
MOST_PARTS = 2_000

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ZIP = b"PK\x03\x04"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Format(Enum):
    """What we read. The value is how the stored file's name ends."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    TEXT = "csv"


_SUFFIXES = {
    ".xlsx": Format.XLSX,
    ".xls": Format.XLS,
    ".ods": Format.ODS,
    ".csv": Format.TEXT,
    ".tsv": Format.TEXT,
    ".txt": Format.TEXT,
}
_WITH_MACROS = {".xlsm", ".xltm", ".xlam"}
_HALLMARKS = {Format.XLSX: {"[Content_Types].xml", "xl/workbook.xml"}, Format.ODS: {"content.xml"}}


def inspect(file: IO[bytes], *, name: str, size: int) -> Format:
    """What kind of file this is; leaves it at its beginning.

    Raises:
        FileRefused: its kind is not read here, it is too large, or it is not what its name says.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in _WITH_MACROS:
        raise MacroFile()
    if suffix not in _SUFFIXES:
        raise UnknownFormat()
    if size == 0:
        raise EmptyFile()
    if size > MOST_MEGABYTES * MEGABYTE:
        raise FileTooLarge(limit=MOST_MEGABYTES)
    promised = _SUFFIXES[suffix]
    file.seek(0)
    head = file.read(4096)
    if not _keeps_promise(promised, head):
        # Excel packs a workbook with a password into the container of the old .xls.
        locked = promised is Format.XLSX and head.startswith(_OLE)
        raise LockedFile() if locked else DisguisedFile(suffix=suffix)
    if promised in _HALLMARKS:
        _look_into_zip(file, promised, suffix)
    file.seek(0)
    return promised


def _keeps_promise(promised: Format, head: bytes) -> bool:
    if promised in (Format.XLSX, Format.ODS):
        return head.startswith(_ZIP)
    if promised is Format.XLS:
        return head.startswith(_OLE)
    if head.startswith((_OLE, _ZIP, b"%PDF")):
        return False
    return head.startswith(_UTF_16) or b"\0" not in head


def _look_into_zip(file: IO[bytes], promised: Format, suffix: str) -> None:
    # The directory may lie about sizes; the process that unpacks has a memory limit of its own for that case.
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise BrokenFile() from error
    if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_MEGABYTES_UNPACKED * MEGABYTE:
        raise FileTooLarge(limit=MOST_MEGABYTES_UNPACKED)
    names = {one.filename for one in parts}
    if any(name.endswith("vbaProject.bin") for name in names):
        raise MacroFile()
    if not names >= _HALLMARKS[promised]:
        raise DisguisedFile(suffix=suffix)
