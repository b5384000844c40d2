"""Blocks for the bodies of pages: a station with its address and hours, as they are today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from civicnet.contract import ANONYMOUS, ContentBlock
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from acme_station.selectors import visible_stations

Row = Mapping[str, Any]
_FIELDS = ("code", "name", "address", "hours", "phone")


class StationCodeBlock(blocks.FieldBlock):
    """The code of a station, stored as it is; in use it is what is on file about the station, or its code alone."""

    def __init__(self, **kwargs: Any) -> None:
        self.field = forms.CharField(max_length=20, help_text=kwargs.pop("help_text", None))
        super().__init__(**kwargs)

    def value_from_form(self, value: Any) -> Row:
        """Not looked up yet."""
        return {"code": str(value).strip()}

    def value_for_form(self, value: Row) -> str:
        """Its code."""
        return str(value.get("code", ""))

    def clean(self, value: Row) -> Row:
        """Look it up."""
        found = self.to_python(super().clean(value)["code"])
        if "name" not in found:
            raise ValidationError(_("There is no open service station with this code."))
        return found

    def to_python(self, value: str) -> Row:
        """One station."""
        return self.bulk_to_python([value])[0]

    def bulk_to_python(self, values: Iterable[str]) -> list[Row]:
        """Those of a whole page, in one statement."""
        codes = [str(value or "") for value in values]
        rows = {row["code"]: row for row in visible_stations(ANONYMOUS).filter(code__in=codes).values(*_FIELDS)}
        return [rows.get(code, {"code": code}) for code in codes]

    def normalize(self, value: Any) -> Row:
        """A station, also where somebody wrote a code."""
        return value if isinstance(value, Mapping) else self.to_python(value)

    def get_prep_value(self, value: Row) -> str:
        """What is stored."""
        return self.value_for_form(value)

    def get_searchable_content(self, value: Row) -> list[str]:
        """By what the page is found."""
        return [str(value["name"])] if "name" in value else []

    class Meta:
        default: Row = {"code": ""}


class StationCardBlock(blocks.StructBlock):
    """A station."""

    station = StationCodeBlock(label=gettext_lazy("Code of the service station"))

    class Meta:
        icon = "home"
        label = gettext_lazy("service station")
        template = "station/blocks/station_card.html"


def content_blocks() -> list[ContentBlock]:
    """What the plugin offers for bodies."""
    return [ContentBlock("station_card", StationCardBlock())]
