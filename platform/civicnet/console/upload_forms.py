"""Wagtail's forms for pictures and documents, with our look at the content; and a lid on what a request may carry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import IO, Any

from django import forms
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadhandler import FileUploadHandler
from django.urls import reverse
from PIL import Image
from wagtail.admin.forms.account import AvatarPreferencesForm
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from civicnet.console.uploads import UploadRefused, check_document, check_picture


class DocumentForm(BaseDocumentForm):
    """A document for the website."""

    def clean_file(self) -> Any:
        """Refuse what is not what it says."""
        return _looked_at(self, check_document)


class PictureForm(BaseImageForm):
    """A picture for the website."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The form for what is said of a picture that is in already has none.
        if field := self.fields.get("file"):
            field.to_python = partial(_opened, field.to_python, field.error_messages)

    def clean_file(self) -> Any:
        """Refuse what is not what it says."""
        return _looked_at(self, check_picture)


class PortraitField(forms.ImageField):
    """Looks before Django has the picture opened: Pillow knows many formats, and some of them run other programs."""

    def to_python(self, data: Any) -> Any:
        """Refuse what is not what it says."""
        if data:
            _check(data, check_picture)
        return super().to_python(data)


class PortraitForm(AvatarPreferencesForm):
    """The picture of an account."""

    avatar = PortraitField(label=AvatarPreferencesForm.base_fields["avatar"].label, required=False)


class CappedUpload(FileUploadHandler):
    """Stands before the handlers that store: a request beyond the limit is not even read."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Look at the length the request states."""
        if content_length > self._most():
            raise RequestDataTooBig("the upload is larger than any file taken here")

    def _most(self) -> int:
        request: Any = self.request
        is_long = request is not None and request.path in _long_doors() and request.user.is_authenticated
        return int(settings.CIVICNET_MOST_IMPORT_BYTES if is_long else settings.CIVICNET_MOST_REQUEST_BYTES)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass it on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file."""


def _long_doors() -> set[str]:
    """Where imports and videos come in; and pictures, so that one of 50 MB is refused by its form, with a sentence."""
    doors = ("wagtaildocs:add", "wagtaildocs:add_multiple", "wagtaildocs_chooser:create")
    pictures = ("wagtailimages:add", "wagtailimages:add_multiple", "wagtailimages_chooser:create")
    return {reverse(name) for name in ("imports:new", *doors, *pictures)}


def _opened(read: Callable[[Any], Any], sentences: Mapping[str, Any], data: Any) -> Any:
    """What is cut off or broken inside has the beginning of a picture: only whoever opens it to the end finds out."""
    try:
        return read(data)
    except ValidationError:
        raise
    except Image.DecompressionBombError as error:
        most = {
            "num_pixels": 2 * (Image.MAX_IMAGE_PIXELS or 0),
            "max_pixels_count": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS,
        }
        raise ValidationError(sentences["file_too_many_pixels"] % most, code="file_too_many_pixels") from error
    except Exception as error:
        # Each format breaks in its own way.
        raise ValidationError(sentences["invalid_image"], code="invalid_image") from error


def _looked_at(form: Any, check: Callable[..., None]) -> Any:
    file = form.cleaned_data["file"]
    if "file" in form.changed_data:
        _check(file, check)
    return file


def _check(file: Any, check: Callable[..., None]) -> None:
    stream: IO[bytes] = file
    try:
        check(stream, name=file.name)
    except UploadRefused as error:
        raise ValidationError(str(error), code=error.code) from error
