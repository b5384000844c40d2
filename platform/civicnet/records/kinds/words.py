"""Words: a line, a text of several lines, and the address of a page on the web."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civicnet.exchange.cells import CellWidget, Fault, Reading, plain_text
from civicnet.records.kinds.base import Asked, Kind

LONGEST_LINE, LONGEST_TEXT, LONGEST_ADDRESS = 200, 5_000, 500
_LINE_ENDS = re.compile(r"\r\n?")
_BLANKS = re.compile(r"\s+")
_is_address = URLValidator(schemes=["http", "https"])


class Line(Kind):
    """A line of text."""

    name = "text"
    label = gettext_lazy("Line of text")
    is_words = True
    is_sought = True
    most = LONGEST_LINE

    def fits(self, value: Any) -> bool:
        """Text that is not too long."""
        return isinstance(value, str) and 0 < len(value) <= self.most and "\0" not in value

    def form_field(self, asked: Asked, value: Any, **told: Any) -> forms.Field:
        """One line."""
        return forms.CharField(max_length=self.most, **told)

    def stored(self, cleaned: Any) -> Any:
        """Without blanks at its ends or twice."""
        return _BLANKS.sub(" ", cleaned).strip() or None if cleaned else None

    def meant(self, asked: Asked, value: Any) -> Any:
        """As it would be stored."""
        return super().meant(asked, self.stored(value) if isinstance(value, str) else value)

    def widget(self, asked: Asked) -> CellWidget:
        """Words in a cell."""
        return _WordsWidget(self)


class Text(Line):
    """A text of several lines."""

    name = "long_text"
    label = gettext_lazy("Text of several lines")
    is_sought = False
    most = LONGEST_TEXT

    def form_field(self, asked: Asked, value: Any, **told: Any) -> forms.Field:
        """Several lines."""
        return forms.CharField(max_length=self.most, widget=forms.Textarea({"rows": 4}), **told)

    def stored(self, cleaned: Any) -> Any:
        """Lines end alike, whichever system wrote them."""
        return _LINE_ENDS.sub("\n", cleaned).strip() or None if cleaned else None


class WebAddress(Line):
    """An address on the web."""

    name = "web_address"
    label = gettext_lazy("Web address")
    is_sought = False
    most = LONGEST_ADDRESS

    def fits(self, value: Any) -> bool:
        """An address that a browser may follow; one that would run something is none."""
        return super().fits(value) and _fits_address(value)

    def form_field(self, asked: Asked, value: Any, **told: Any) -> forms.Field:
        """An address, told with https where nothing is said."""
        place = forms.URLInput({"placeholder": "https://"})
        return forms.URLField(
            max_length=self.most, assume_scheme="https", validators=[_is_address], widget=place, **told
        )


class _WordsWidget(CellWidget):
    """Whether it looks like a formula or like markup is for whoever compares it with what is held: that may stay."""

    def __init__(self, kind: Line) -> None:
        super().__init__()
        self._kind = kind

    def advice(self) -> str:
        """How long it may be."""
        return _("Text of at most %(most)d characters.") % {"most": self._kind.most}

    def read(self, cell: Any) -> Reading:
        """The words as they are stored."""
        text = self._kind.stored(plain_text(cell)) or ""
        if len(text) > self._kind.most:
            raise Fault("too_long", most=self._kind.most)
        if not self._kind.fits(text):
            raise Fault("not_of_its_kind")
        return Reading(text)


def _fits_address(value: str) -> bool:
    try:
        _is_address(value)
    except ValidationError:
        return False
    return True


KINDS: tuple[Kind, ...] = (Line(), Text(), WebAddress())
