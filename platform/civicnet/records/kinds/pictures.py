"""Pictures of the library: the value is the picture's number, and the picture may be gone by the time it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.images import get_image_model
from wagtail.images.permissions import permission_policy

from civicnet.exchange.cells import CellWidget, Fault, Reading, plain_text
from civicnet.gateway.content.asked import Asked as AskedContent
from civicnet.gateway.content.pictures import ContentImage
from civicnet.gateway.content.reading import Reading as ContentReading
from civicnet.gateway.content.visible import in_open_collection
from civicnet.records.kinds.base import Asked, Kind

LONGEST_NAME, LONGEST_WORDS = 255, 255
# What a primary key of 32 bits holds.
_MOST = 2**31 - 1


class LibraryPicture(Kind):
    """A picture that is chosen from the library, with the words that the library has for those who do not see it."""

    name = "image"
    label = gettext_lazy("Picture from the library")
    refers = True

    def fits(self, value: Any) -> bool:
        """A number; whether there is such a picture is another question."""
        return type(value) is int and 0 < value <= _MOST

    def form_field(self, asked: Asked, value: Any, **told: Any) -> forms.Field:
        """Wagtail's chooser. Nothing can be chosen before ``limit`` has said whose form it is."""
        # The widget asks for the model of pictures, which is a setting's.
        from civicnet.records.kinds.choosers import OfferedImageChooser

        return forms.ModelChoiceField(get_image_model().objects.none(), widget=OfferedImageChooser(), **told)

    def limit(self, field: Any, value: Any, user: Any) -> None:
        """Pictures of the collections that the person may use, and the one that stands there."""
        mine: Any = permission_policy.instances_user_has_permission_for(user, "choose").order_by() if user else None
        may = Q(pk__in=mine.values("pk")) if mine is not None else Q(pk__in=())
        field.queryset = get_image_model().objects.filter(may | Q(pk__in=() if value is None else (value,)))

    def stored(self, cleaned: Any) -> Any:
        """Its number."""
        return None if cleaned is None else int(cleaned.pk)

    def look_up(self, values: Collection[Any], *, for_all: bool) -> Mapping[Any, Any]:
        """The pictures by number. One statement, none without values."""
        if not values:
            return {}
        found = get_image_model().objects.filter(pk__in=values)
        pictures: Mapping[Any, Any] = (found.filter(in_open_collection()) if for_all else found).in_bulk()
        return pictures

    def shown(self, value: Any) -> str:
        """What the picture shows, in words."""
        return str(value.default_alt_text)

    def reference(self, value: Any) -> tuple[type[Model], str] | None:
        """The picture."""
        return get_image_model(), str(value)

    def graphql(self) -> Any:
        """The type that pictures have everywhere."""
        return ContentImage

    def place(
        self, value: Any, into: dict[str, Any], key: str, reading: ContentReading, asked: AskedContent | None
    ) -> None:
        """Read with all others of the page; null where it is gone, or not for everybody."""
        reading.image(value, into, key, asked)

    def widget(self, asked: Asked) -> CellWidget:
        """The name of its file. Which picture that is, the resource knows."""
        return FileNameWidget()

    def words_widget(self, asked: Asked) -> CellWidget | None:
        """What the picture shows."""
        return PictureWordsWidget()


class FileNameWidget(CellWidget):
    """The name of a file, without blanks at its ends."""

    example = "大厅.jpg"

    def advice(self) -> str:
        """Where the file lies."""
        return _("The name of a picture in the same .zip, or of one that is in the library.")

    def read(self, cell: Any) -> Reading:
        """The name."""
        return Reading(_line(cell, LONGEST_NAME))


class PictureWordsWidget(CellWidget):
    """What a picture shows, in words."""

    def advice(self) -> str:
        """What the words are for."""
        return _("Read out to those who do not see it; needed for each new picture.")

    def read(self, cell: Any) -> Reading:
        """The words, without blanks at their ends or twice."""
        return Reading(_line(cell, LONGEST_WORDS))


def _line(cell: Any, most: int) -> str:
    line = " ".join(plain_text(cell).split())
    if len(line) > most:
        raise Fault("too_long", most=most)
    return line


KINDS: tuple[Kind, ...] = (LibraryPicture(),)
