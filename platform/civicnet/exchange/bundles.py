"""Bundles: an archive with one table, and beside it the files that its rows name. Only the table is unpacked onto a disk."""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING

from civicnet.exchange.contents import BrokenArchive, HugeArchive, ManyParts, parts_of
from civicnet.exchange.errors import (
    BrokenFile,
    FileTooLarge,
    LockedFile,
    NoTable,
    SeveralTables,
    TooManyFiles,
    UnsafeArchive,
)
from civicnet.exchange.files import MEGABYTE, MOST_MEGABYTES_OF_BUNDLE, Format, inspect, is_table
from civicnet.exchange.steps import local_copy

if TYPE_CHECKING:
    from civicnet.exchange.models import ImportJob
    from civicnet.exchange.resource import ImportResource

MOST_FILES = 2_000
_BLOCK = 1024 * 1024
_DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError)
_ENCRYPTED, _UTF_8 = 0x1, 0x800
_LINK = 0o120000
_STRANGE = re.compile("[\x80-\u1fff]")
# What Windows and macOS put beside the files that people see.
_UNSEEN = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class SeveralFiles(ValueError):
    """Files in different folders have the name that a row gives."""


class FileTooBig(ValueError):
    """A file unpacks to more than its kind may have."""


class Bundle:
    """An open archive. ``table`` is the path in it of its one table.

    Raises:
        FileRefused: it does not open, holds no table or several, or a path in it leads out of it.
    """

    def __init__(self, path: Path) -> None:
        self._parts = {name: part for part in _parts(path) if (name := _name(part)) and not _is_unseen(name)}
        tables = [name for name in self._parts if is_table(name)]
        if len(tables) != 1:
            raise SeveralTables(count=len(tables)) if tables else NoTable()
        self.table = tables[0]
        self._path = path
        self._alike: dict[str, list[str]] = {}
        for name in self._parts:
            # By its path, and by its name alone.
            for text in {name, PurePosixPath(name).name}:
                self._alike.setdefault(_folded(text), []).append(name)

    def find(self, name: str) -> str | None:
        """The file that a row means: by its path, from the archive or from the table on, or by its name alone; None if none.

        Where no path is written just so, one is meant that differs in capitals, in spaces, or in the width of its signs.

        Raises:
            SeveralFiles: that does not tell which.
        """
        asked = unicodedata.normalize("NFC", name).replace("\\", "/").strip().removeprefix("./")
        paths = (asked, str(PurePosixPath(self.table).parent / asked))
        for path in paths:
            if path in self._parts and path != self.table:
                return path
        alike = (self._alike.get(_folded(path), []) for path in paths)
        found = next((some for one in alike if (some := [path for path in one if path != self.table])), [])
        if len(found) > 1:
            raise SeveralFiles(name)
        return found[0] if found else None

    def read(self, path: str, *, most: int) -> bytes:
        """A file's content, in memory.

        Raises:
            FileTooBig: it has more than ``most`` bytes, whatever the archive says of it.
            FileRefused: it is damaged.
        """
        try:
            with zipfile.ZipFile(self._path) as archive, archive.open(self._parts[path]) as part:
                content = part.read(most + 1)
        except _DAMAGED as error:
            raise BrokenFile() from error
        if len(content) > most:
            raise FileTooBig(path)
        return content

    @contextmanager
    def table_file(self) -> Iterator[tuple[Path, Format]]:
        """The table as a file of its own, for as long as it is read, and what kind it is.

        Raises:
            FileRefused: it is none that can be read.
        """
        part = self._parts[self.table]
        with NamedTemporaryFile(suffix=PurePosixPath(self.table).suffix) as copy:
            try:
                with zipfile.ZipFile(self._path) as archive, archive.open(part) as source:
                    _copy(source, copy)
            except _DAMAGED as error:
                raise BrokenFile() from error
            copy.flush()
            size = copy.tell()
            yield Path(copy.name), inspect(copy, name=self.table, size=size)


@contextmanager
def table_in(path: Path, format: Format) -> Iterator[tuple[Path, Format]]:  # noqa: A002 - the word people use
    """The table of an upload: the file itself, or the one that lies in an archive."""
    if format is not Format.BUNDLE:
        yield path, format
        return
    with Bundle(path).table_file() as found:
        yield found


@contextmanager
def files_of(job: ImportJob, resource: ImportResource) -> Iterator[None]:
    """Give a resource the files that lie beside its table, for as long as its rows go in."""
    if job.format != Format.BUNDLE.value:
        yield
        return
    with local_copy(job) as path:
        resource.files = Bundle(path)
        yield


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    # What an archive says of the sizes of its parts may be a lie.
    left = MOST_MEGABYTES_OF_BUNDLE * MEGABYTE
    while block := source.read(_BLOCK):
        left -= len(block)
        if left < 0:
            raise FileTooLarge(limit=MOST_MEGABYTES_OF_BUNDLE)
        target.write(block)


def _parts(path: Path) -> list[zipfile.ZipInfo]:
    with path.open("rb") as file:
        try:
            found = parts_of(file, most_parts=MOST_FILES, most_bytes=2 * MOST_MEGABYTES_OF_BUNDLE * MEGABYTE)
        except BrokenArchive as error:
            raise BrokenFile() from error
        except ManyParts as error:
            raise TooManyFiles(limit=MOST_FILES) from error
        except HugeArchive as error:
            raise FileTooLarge(limit=MOST_MEGABYTES_OF_BUNDLE) from error
    files = [one for one in found if not one.is_dir()]
    if any(one.flag_bits & _ENCRYPTED for one in files):
        raise LockedFile()
    if not all(_stays_inside(one) for one in found):
        raise UnsafeArchive()
    return files


def _stays_inside(part: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(part.filename.replace("\\", "/"))
    drive = ":" in path.parts[0] if path.parts else False
    return not (path.is_absolute() or ".." in path.parts or drive or part.external_attr >> 16 & 0o170000 == _LINK)


def _name(part: zipfile.ZipInfo) -> str:
    """The path as its author saw it: Windows in China writes it in GB18030 and does not say so."""
    name = part.filename
    if not part.flag_bits & _UTF_8:
        raw = name.encode("cp437", errors="replace")
        readings = [_reading(raw, encoding) for encoding in ("utf-8", "gb18030")]
        # Two signs of Chinese are often valid UTF-8 for two letters that nobody here writes.
        name = next((one for one in readings if one and not _STRANGE.search(one)), readings[0] or readings[1] or name)
    return unicodedata.normalize("NFC", name).replace("\\", "/")


def _folded(path: str) -> str:
    """The same for paths that people take for the same."""
    return " ".join(unicodedata.normalize("NFKC", path).casefold().split())


def _reading(raw: bytes, encoding: str) -> str:
    try:
        # A computer of Apple's takes letters apart: accents, and the syllables of Korean.
        return unicodedata.normalize("NFC", raw.decode(encoding))
    except UnicodeDecodeError:
        return ""


def _is_unseen(name: str) -> bool:
    return name.startswith(_UNSEEN[0]) or PurePosixPath(name).name in _UNSEEN or PurePosixPath(name).name[:2] == "~$"
