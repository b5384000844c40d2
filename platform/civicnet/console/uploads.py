"""Uploads for the website: pictures and documents are what their names say, carry no program and hide nothing, or stay out.

One door for every form of Wagtail's that takes a file: single, multiple, and in choosers.
"""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import IO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from civicnet.contract import InvalidInput
from civicnet.exchange import contents

MOST_UNPACKED = 250 * 1024 * 1024
MOST_PARTS = 5_000
_PICTURES = {".jpg": "jpg", ".jpeg": "jpg", ".png": "png", ".webp": "webp"}
_OFFICE = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
_VIDEOS = frozenset((".mp4", ".webm"))
_OLD_OFFICE = {".doc": ("WordDocument",), ".xls": ("Workbook", "Book")}
_LOCKED_OFFICE = "EncryptedPackage"
# What runs when it is opened, and what opens in a browser.
_RUNNABLE = frozenset(
    (
        *(
            ".apk",
            ".app",
            ".bat",
            ".chm",
            ".cmd",
            ".com",
            ".cpl",
            ".dll",
            ".exe",
            ".hta",
            ".iso",
            ".jar",
            ".lnk",
            ".msi",
        ),
        *(".msix", ".pif", ".ps1", ".py", ".reg", ".scr", ".sh", ".url", ".vbe", ".vbs", ".wsf", ".js", ".jse"),
        *(".htm", ".html", ".mht", ".mhtml", ".svg", ".xhtml"),
        *(".docm", ".dotm", ".pptm", ".xlam", ".xlsm", ".xltm"),
    )
)
_PDF, _PDF_END, _PDF_TAIL = b"%PDF-", b"%%EOF", 2048
_ENCRYPTED = 0x1
_EBML, _EBML_HEADER = bytes.fromhex("1A45DFA3"), 64
# Brands of pictures that lie in the same container.
_NO_VIDEO = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")


class UploadRefused(InvalidInput):
    """The file stays out; nothing of it was kept."""

    code = "UPLOAD_REFUSED"


class UnknownKind(UploadRefused):
    """Files of this kind are not taken."""

    code = "UNKNOWN_FORMAT"
    message = _("Files of this kind are not taken here.")


class DisguisedUpload(UploadRefused):
    """Its content is not what its name promises, or something else is hidden in it."""

    code = "DISGUISED_FILE"
    message = _("The content of this file is not what its name says. Save it anew in the program that made it.")


class MacroUpload(UploadRefused):
    """It carries a program."""

    code = "MACRO_FILE"
    message = _("This file contains macros. Save it without macros and upload that.")


class RunnableInside(UploadRefused):
    """An archive with something that runs."""

    code = "RUNNABLE_INSIDE"
    message = _("This archive contains programs or web pages. Take them out and upload it again.")


class LockedUpload(UploadRefused):
    """A password guards it, so nobody can check it."""

    code = "LOCKED_FILE"
    message = _("This file is protected by a password. Take the password off and upload it again.")


class HugeUpload(UploadRefused):
    """It is too large, packed or unpacked."""

    code = "FILE_TOO_LARGE"
    message = _("This file is too large, or unpacks to too much. Make it smaller and upload it again.")


def check_picture(file: IO[bytes], *, name: str) -> None:
    """Let a picture pass; leaves the file at its beginning.

    Raises:
        UploadRefused: it is no such picture, or something else is hidden in it.
    """
    promised = _PICTURES.get(_suffix(name))
    if promised is None:
        raise UnknownKind(field="file")
    head = _head(file, settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)
    if contents.kind_of(head) != promised or _PDF in head:
        raise DisguisedUpload(field="file")
    if contents.ends_as_archive(file) or contents.holds_markup(file):
        raise DisguisedUpload(field="file")
    file.seek(0)


def check_document(file: IO[bytes], *, name: str) -> None:
    """Let a document pass; leaves the file at its beginning.

    Raises:
        UploadRefused: it is not what it says, carries a program, is locked, or unpacks to too much.
    """
    suffix = _suffix(name)
    if suffix.removeprefix(".") not in settings.WAGTAILDOCS_EXTENSIONS:
        raise UnknownKind(field="file")
    is_video = suffix in _VIDEOS
    head = _head(file, settings.CIVICNET_MOST_VIDEO_BYTES if is_video else settings.CIVICNET_MOST_DOCUMENT_BYTES)
    if is_video:
        _check_video(file, head, suffix)
    elif suffix == ".pdf":
        _check_pdf(file, head)
    elif suffix in _OLD_OFFICE:
        _check_old_office(file, head, suffix)
    else:
        _check_archive(file, head, suffix)
    file.seek(0)


def _check_pdf(file: IO[bytes], head: bytes) -> None:
    file.seek(max(0, file.seek(0, os.SEEK_END) - _PDF_TAIL))
    whole = head.startswith(_PDF) and _PDF_END in file.read(_PDF_TAIL)
    if not whole or contents.ends_as_archive(file):
        raise DisguisedUpload(field="file")


def _check_video(file: IO[bytes], head: bytes, suffix: str) -> None:
    """ISO/IEC 14496-12: a file begins with the box ``ftyp``; WebM: with an EBML header whose document type is ``webm``."""
    is_webm = head.startswith(_EBML) and b"webm" in head[:_EBML_HEADER]
    is_video = head[4:8] == b"ftyp" and head[8:12] not in _NO_VIDEO if suffix == ".mp4" else is_webm
    if not is_video or contents.ends_as_archive(file):
        raise DisguisedUpload(field="file")


def _check_old_office(file: IO[bytes], head: bytes, suffix: str) -> None:
    if not head.startswith(contents.OLE) or not contents.holds_ole_stream(file, *_OLD_OFFICE[suffix]):
        raise DisguisedUpload(field="file")
    if contents.holds_ole_macros(file):
        raise MacroUpload(field="file")


def _check_archive(file: IO[bytes], head: bytes, suffix: str) -> None:
    if head.startswith(contents.OLE) and contents.holds_ole_stream(file, _LOCKED_OFFICE):
        raise LockedUpload(field="file")
    if not head.startswith(contents.ZIP):
        raise DisguisedUpload(field="file")
    try:
        parts = contents.parts_of(file, most_parts=MOST_PARTS, most_bytes=MOST_UNPACKED)
        macros = contents.holds_macros(file, parts)
    except contents.BrokenArchive as error:
        raise DisguisedUpload(field="file") from error
    except contents.HugeArchive as error:
        raise HugeUpload(field="file") from error
    if macros:
        raise MacroUpload(field="file")
    names = {one.filename for one in parts}
    if suffix in _OFFICE and _OFFICE[suffix] not in names:
        raise DisguisedUpload(field="file")
    if any(one.flag_bits & _ENCRYPTED for one in parts):
        raise LockedUpload(field="file")
    if any(_suffix(name) in _RUNNABLE or ".." in PurePath(name).parts for name in names):
        raise RunnableInside(field="file")


def _suffix(name: str) -> str:
    # Windows drops dots and spaces at the end of a name.
    return PurePath(name.rstrip(". ")).suffix.lower()


def _head(file: IO[bytes], most: int) -> bytes:
    size = file.seek(0, os.SEEK_END)
    if size > most:
        raise HugeUpload(field="file")
    file.seek(0)
    return file.read(contents.HEAD)
