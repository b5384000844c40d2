"""What assessors and offices type in. What comes back with an error keeps every word of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.access.models import Organisation
from civicnet.contract import Actor
from civicnet.exchange.asking import KEEP_REASON, Flag, flags
from civicnet_assessment.errors import HeldAlready, PointsInvalid
from civicnet_assessment.models import AssessmentItem, Method
from civicnet_assessment.models.form import MOST_REASON
from civicnet_assessment.selectors import places_for_forms


class DateInput(forms.DateInput):
    """The browser's own date field: it knows the person's calendar and works by keyboard."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FillForm(forms.Form):
    """Points and a note for every item, and a comment."""

    elements: ClassVar[Mapping[str, str | None]] = {"comment": None}

    comment = forms.CharField(
        label=pgettext_lazy("assessment", "Comment"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any = None, *, items: Sequence[AssessmentItem]) -> None:
        super().__init__(data)
        self.items = items
        for item in items:
            self.fields[f"points-{item.code}"] = _points_field(item)
            self.fields[f"note-{item.code}"] = forms.CharField(
                label=_("What the points rest on"), required=False, max_length=200
            )

    def rows(self) -> Iterator[dict[str, Any]]:
        """The items in order, each with its two fields."""
        for item in self.items:
            yield {"item": item, "points": self[f"points-{item.code}"], "note": self[f"note-{item.code}"]}

    @property
    def most(self) -> str:
        """The most that all items together bring."""
        return f"{sum((item.most for item in self.items), Decimal(0)).normalize():f}"

    def points(self) -> dict[str, Decimal]:
        """What was given, by code."""
        return {item.code: self.cleaned_data[f"points-{item.code}"] for item in self.items}

    def notes(self) -> dict[str, str]:
        """What was noted, by code."""
        return {item.code: self.cleaned_data[f"note-{item.code}"] for item in self.items}

    def tell(self, fault: PointsInvalid) -> None:
        """Put each sentence beside its item."""
        for code, sentence in fault.items.items():
            self.add_error(f"points-{code}" if f"points-{code}" in self.fields else None, sentence)


def _points_field(item: AssessmentItem) -> forms.DecimalField:
    # A text field: a number field would drop what was mistyped instead of showing it again.
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "data-points": "", "size": 6})
    return forms.DecimalField(
        label=item.label,
        min_value=Decimal(0),
        max_value=item.most,
        max_digits=6,
        decimal_places=2,
        widget=widget,
        help_text=_("0 to %(most)s points") % {"most": item.most_text},
        error_messages={
            "required": _("Give points for this item."),
            "invalid": _("Points are a number, for example 8 or 8.5."),
            "min_value": _("This item brings 0 to %(most)s points.") % {"most": item.most_text},
            "max_value": _("This item brings 0 to %(most)s points.") % {"most": item.most_text},
            "max_decimal_places": _("Points have at most two decimals."),
        },
    )


class PlaceField(forms.ModelChoiceField):
    """An organisation, indented by its level."""

    def label_from_instance(self, obj: Organisation) -> str:
        """The name, further in the further down."""
        return f"{'　' * (obj.depth - 1)}{obj.name}"


class OpenForm(forms.Form):
    """The head of a new form."""

    elements: ClassVar[Mapping[str, str | None]] = {
        "title": None,
        "year": None,
        "organisation": "organisation.code",
        "opens": None,
        "closes": None,
        "regular_weight": None,
        "annual_weight": None,
    }

    title = forms.CharField(label=_("Title"), max_length=200)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    organisation = PlaceField(label=_("For everyone who serves under"), queryset=Organisation.objects.none())
    opens = forms.DateField(label=_("Opens"), widget=DateInput())
    closes = forms.DateField(label=_("Closes"), widget=DateInput())
    regular_weight = forms.IntegerField(
        label=_("Weight of regular assessment (%)"), initial=60, min_value=0, max_value=100
    )
    annual_weight = forms.IntegerField(
        label=_("Weight of annual assessment (%)"), initial=40, min_value=0, max_value=100
    )

    def __init__(self, data: Any = None, *, actor: Actor) -> None:
        super().__init__(data, initial={"year": timezone.localdate().year})
        self.fields["organisation"].queryset = places_for_forms(actor)  # type: ignore[attr-defined]


class ItemForm(forms.Form):
    """One item of a new form; a row left empty is not asked for."""

    elements: ClassVar[Mapping[str, str | None]] = {
        "label": None,
        "most": None,
        "method": None,
        "element": None,
        "kept_reason": None,
    }

    label = forms.CharField(label=_("Item"), max_length=200)
    most = forms.DecimalField(label=_("Most points"), max_digits=6, decimal_places=2, min_value=Decimal("0.01"))
    method = forms.ChoiceField(
        label=pgettext_lazy("assessment", "Method"), choices=Method.choices, initial=Method.ON_SITE_CHECK
    )
    element = forms.ChoiceField(
        label=_("Asks for the data element"),
        required=False,
        widget=forms.Select(attrs={"data-element": ""}),
    )
    kept_reason = forms.CharField(label=KEEP_REASON, required=False, max_length=MOST_REASON)

    def __init__(self, *given: Any, elements: Sequence[tuple[str, Any]] = (), **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["element"].choices = [("", _("as it is worded")), *elements]  # type: ignore[attr-defined]
        self.flags: list[Flag] = []


class ItemsOfForm(forms.BaseFormSet):
    """The items of a new form."""

    def flag(self, paths: Sequence[str]) -> None:
        """Look up what the items ask for, so that it stands beside each without any script, too."""
        asked = [(row, *(str(row[name].value() or "") for name in ("label", "element"))) for row in self]
        filled = [(row, (text, element)) for row, text, element in asked if text or element]
        for (row, _field), found in zip(filled, flags([field for _row, field in filled], paths=paths), strict=True):
            row.flags = found

    def tell(self, fault: HeldAlready) -> None:
        """Put each sentence beside the reason that is missing."""
        filled = [row for row in self if row.has_changed()]
        for place, sentence in fault.items.items():
            filled[place].add_error("kept_reason", sentence)


ItemFormSet: type[ItemsOfForm] = forms.formset_factory(  # type: ignore[assignment]
    ItemForm, formset=ItemsOfForm, extra=8, max_num=40, absolute_max=40
)
