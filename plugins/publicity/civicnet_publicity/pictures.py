"""Pictures that come with a sheet: each file passes the form by which editors upload, and is in the library once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.log_actions import log

from civicnet.exchange.bundles import Bundle, FileTooBig, SeveralFiles
from civicnet.exchange.cells import Fault
from civicnet.ledger.images import note
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.selectors.sheets import Picture, picture_told, slug_of
from civicnet_publicity.services import mark_of_picture

_FAULTS = {
    "invalid_image_extension": "picture_kind",
    "UNKNOWN_FORMAT": "picture_kind",
    "file_too_large": "picture_too_large",
    "FILE_TOO_LARGE": "picture_too_large",
    "file_too_many_pixels": "picture_too_many_pixels",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that a row names, and that is a picture: its path in the archive and its digest, as Wagtail keeps digests."""

    path: str
    digest: str


class Pictures:
    """The pictures of one file's rows. Each file is looked at once, however many rows name it."""

    def __init__(self, bundle: Bundle | None, desk: Desk) -> None:
        self._bundle = bundle
        self._desk = desk
        self._offered: dict[str, Offered | Fault] = {}
        self._collection = desk.picture_collection() if bundle else None

    def offered(self, name: str) -> Offered | None:
        """The picture that a row means, if it came along.

        Raises:
            Fault: several files have the name, the file may not become a picture here, or the desk adds none.
        """
        try:
            path = self._bundle.find(name) if self._bundle else None
        except SeveralFiles as error:
            raise Fault("picture_several") from error
        if path is None:
            return None
        if self._collection is None:
            raise Fault("picture_not_allowed")
        if path not in self._offered:
            try:
                self._offered[path] = self._looked_at(path)
            except Fault as fault:
                self._offered[path] = fault
        found = self._offered[path]
        if isinstance(found, Fault):
            raise found
        return found

    def in_library(self, digest: str) -> Picture | None:
        """A picture with this content that the desk may use."""
        found = self._desk.pictures().filter(file_hash=digest).order_by("pk").first()
        return picture_told(found) if found else None

    def named(self, name: str) -> Picture | None:
        """A picture from the library that the desk may use, by its file's name."""
        model = get_image_model()
        path = model().get_upload_to("x").rpartition("/")[0]
        found = self._desk.pictures().filter(file=f"{path}/{name}").first()
        return picture_told(found) if found else None

    def expect(self, name: str) -> None:
        """Make sure that the picture which a row names can be taken.

        Raises:
            Fault: there is no such picture any more, or the desk may not have it.
        """
        if self.offered(name) is None and self.named(name) is None:
            raise Fault("picture_unknown")

    def taken(self, name: str, *, shows: str, row: int) -> int:
        """The number of the picture that a row names: it is put into the library now, unless it is there already.

        What is put in is noted, so that it can be taken back.

        Raises:
            Fault: there is no such picture any more.
        """
        offered = self.offered(name)
        known = self.in_library(offered.digest) if offered else self.named(name)
        if known is None and offered is None:
            raise Fault("picture_unknown")
        return known.pk if known else self._put_in(offered, shows=shows, row=row)  # type: ignore[arg-type]

    def _put_in(self, offered: Offered, *, shows: str, row: int) -> int:
        form = self._form(offered.path, shows=shows)
        if not form.is_valid():
            raise Fault("picture_refused")
        image = form.instance
        image.uploaded_by_user = self._desk.user
        _clear(image, form.cleaned_data["file"].name)
        form.save()
        log(instance=image, action="wagtail.create", user=self._desk.user)
        note(model=type(image), key=image.pk, mark=mark_of_picture(image), origin=row)
        return int(image.pk)

    def _looked_at(self, path: str) -> Offered:
        form = self._form(path, shows="")
        if not form.is_valid():
            codes = [error.code for errors in form.errors.as_data().values() for error in errors]
            raise Fault(_FAULTS.get(codes[0], "picture_refused"))
        return Offered(path, _digest(self._read(path)))

    def _form(self, path: str, *, shows: str) -> Any:
        content = self._read(path)
        name = PurePath(path)
        # The name tells the content, so that what a broken import has left behind is known again.
        stored = f"{slug_of(name.stem)[:40] or 'image'}-{_digest(content)[:8]}{name.suffix.lower()}"
        collection = self._collection.pk if self._collection else None
        return get_image_form(get_image_model())(
            {"title": name.stem[:255], "description": shows, "collection": collection},
            {"file": SimpleUploadedFile(stored, content)},
            user=self._desk.user,
        )

    def _read(self, path: str) -> bytes:
        if self._bundle is None:
            raise Fault("picture_unknown")
        try:
            return self._bundle.read(path, most=settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)
        except FileTooBig as error:
            raise Fault("picture_too_large") from error


def _digest(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def _clear(image: Any, name: str) -> None:
    """Delete a file of this name and content that no picture has: an import was killed between file and row."""
    path = image.get_upload_to(name)
    storage = image.file.storage
    if storage.exists(path) and not type(image).objects.filter(file=path).exists():
        storage.delete(path)
