"""Numbers, and days."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import graphene
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from civicnet.exchange.cells import ANY_YEAR, CellWidget, DateWidget
from civicnet.exchange.quantities import DecimalWidget, WholeNumberWidget
from civicnet.records.kinds.base import Asked, Kind
from civicnet.records.kinds.cells import StoredWidget

# What GraphQL's Int holds, and what a float of a spreadsheet tells without a loss.
MOST_WHOLE, MOST_DECIMAL, PLACES = 2**31 - 1, 99_999_999.9999, 4
_DECIMAL = re.compile(r"-?[0-9]{1,8}(?:\.[0-9]{1,4})?")


class WholeNumber(Kind):
    """A whole number."""

    name = "whole_number"
    label = _("Whole number")
    is_sought = True
    has_order = True

    def fits(self, value: Any) -> bool:
        """Within what GraphQL can tell."""
        return type(value) is int and abs(value) <= MOST_WHOLE

    def form_field(self, asked: Asked, value: Any, **told: Any) -> forms.Field:
        """A number."""
        return forms.IntegerField(min_value=-MOST_WHOLE, max_value=MOST_WHOLE, **told)

    def stored(self, cleaned: Any) -> Any:
        """Nought is a number too."""
        return cleaned

    def graphql(self) -> Any:
        """Int."""
        return graphene.Int

    def widget(self, asked: Asked) -> CellWidget:
        """A number in a cell."""
        return WholeNumberWidget(least=-MOST_WHOLE, most=MOST_WHOLE)


class DecimalNumber(Kind):
    """A number with decimals, exactly as it was written: stored as text."""

    name = "decimal"
    label = _("Number with decimals")

    def fits(self, value: Any) -> bool:
        """Within its limits."""
        return isinstance(value, str) and bool(_DECIMAL.fullmatch(value))

    def form_field(self, asked: Asked, value: Any, **told: Any) -> forms.Field:
        """A number."""
        return forms.DecimalField(max_digits=8 + PLACES, decimal_places=PLACES, **told)

    def stored(self, cleaned: Any) -> Any:
        """Without noughts at the end."""
        return None if cleaned is None else _plain(Decimal(str(cleaned)))

    def graphql(self) -> Any:
        """A decimal, which is told as text so that no reader rounds it."""
        return graphene.Decimal

    def told(self, value: Any) -> Any:
        """The number."""
        return Decimal(value)

    def widget(self, asked: Asked) -> CellWidget:
        """A number in a cell."""
        return StoredWidget(DecimalWidget(least=-MOST_DECIMAL, most=MOST_DECIMAL, places=PLACES), self.stored, str)


class Day(Kind):
    """A day."""

    name = "date"
    label = _("Date")
    is_sought = True
    has_order = True

    def fits(self, value: Any) -> bool:
        """A day as ISO 8601 writes it."""
        try:
            return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False

    def form_field(self, asked: Asked, value: Any, **told: Any) -> forms.Field:
        """The browser's own calendar."""
        return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **told)

    def initial(self, value: Any) -> Any:
        """The day."""
        return date.fromisoformat(value)

    def stored(self, cleaned: Any) -> Any:
        """As ISO 8601 writes it."""
        return cleaned.isoformat() if cleaned else None

    def shown(self, value: Any) -> str:
        """As people write it here."""
        return date_format(date.fromisoformat(value), "DATE_FORMAT")

    def mark(self, value: Any) -> str | int:
        """Days since the first of all."""
        return date.fromisoformat(value).toordinal()

    def graphql(self) -> Any:
        """Date."""
        return graphene.Date

    def told(self, value: Any) -> Any:
        """The day."""
        return date.fromisoformat(value)

    def widget(self, asked: Asked) -> CellWidget:
        """A day in a cell."""
        return StoredWidget(DateWidget(years=ANY_YEAR), self.stored, str)


def _plain(number: Decimal) -> str:
    text = f"{number:.{PLACES}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


KINDS: tuple[Kind, ...] = (WholeNumber(), DecimalNumber(), Day())
