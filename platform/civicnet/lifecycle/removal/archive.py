"""The archive of a plugin: one file of rows, table by table, with a manifest that says what is in it and proves it."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput

FORMAT = 1
# What the audit calls the deed that writes one.
UNINSTALLED = "plugins.uninstall"
MANIFEST = "manifest.json"
_PIECE = 1 << 20


class BadArchive(InvalidInput):
    """The file is no archive of ours, or not as it was written."""

    code = "BAD_ARCHIVE"


class UnknownArchive(BadArchive):
    """The file may be whole, but nothing that was uninstalled here went into it."""

    code = "UNKNOWN_ARCHIVE"


@dataclass(slots=True)
class Member:
    """One file of rows inside: how many there are, and the digest of its bytes."""

    name: str
    rows: int = 0
    sha256: str = ""


@dataclass(slots=True)
class ArchiveWriter:
    """An archive that is being written."""

    file: zipfile.ZipFile
    members: dict[str, Member] = field(default_factory=dict)

    def add(self, name: str, rows: Iterable[list[Any]]) -> Member:
        """Write rows as lines of JSON, one at a time."""
        member, digest = Member(name), hashlib.sha256()
        with self.file.open(name, "w", force_zip64=True) as out:
            for row in rows:
                line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass") + b"\n"
                digest.update(line)
                out.write(line)
                member.rows += 1
        member.sha256 = digest.hexdigest()
        self.members[name] = member
        return member

    def close(self, manifest: dict[str, Any]) -> None:
        """Write the manifest, which names every member with its digest."""
        members = {one.name: {"rows": one.rows, "sha256": one.sha256} for one in self.members.values()}
        told = {"civicnet_archive": FORMAT, **manifest, "members": members}
        self.file.writestr(MANIFEST, json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True))


@contextmanager
def new_archive(path: Path) -> Iterator[ArchiveWriter]:
    """Begin an archive for its owner's eyes only. Raises FileExistsError where there is such a file already."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        yield ArchiveWriter(file)


class Archive:
    """An archive that is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with zipfile.ZipFile(path) as file:
                self.manifest: dict[str, Any] = json.loads(file.read(MANIFEST))
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise BadArchive(_("%(file)s is no archive of a plugin.") % {"file": path.name}) from error
        if self.manifest.get("civicnet_archive") != FORMAT:
            raise BadArchive(_("%(file)s is no archive that this version reads.") % {"file": path.name})

    def rows(self, name: str) -> Iterator[list[Any]]:
        """The rows of one member, a line at a time."""
        with zipfile.ZipFile(self.path) as file, self._open(file, name) as lines:
            for line in lines:
                yield json.loads(line.decode(errors="surrogatepass"))

    def verify(self) -> None:
        """Read every member to its end and compare.

        Raises:
            BadArchive: a member is missing or not as it was written; the sentence names it.
        """
        with zipfile.ZipFile(self.path) as file:
            for name, told in self.manifest["members"].items():
                digest, rows = hashlib.sha256(), 0
                try:
                    with self._open(file, name) as lines:
                        for line in lines:
                            digest.update(line)
                            rows += 1
                except (zipfile.BadZipFile, zlib.error, EOFError):
                    rows = -1
                if (rows, digest.hexdigest()) != (told["rows"], told["sha256"]):
                    raise BadArchive(_("%(member)s in the archive is not as it was written.") % {"member": name})

    def _open(self, file: zipfile.ZipFile, name: str) -> IO[bytes]:
        try:
            return file.open(name)
        except KeyError as error:
            raise BadArchive(_("%(member)s is missing from the archive.") % {"member": name}) from error


def digest_of(path: Path) -> str:
    """The sha256 of a whole file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
