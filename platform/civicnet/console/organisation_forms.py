"""Forms about organisations: setting up, renaming, moving, merging, closing. Each asks the day, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from civicnet.access.models import OrganisationKind
from civicnet.access.organisation_tree import CHANGE
from civicnet.console.organisation_field import OrganisationField
from civicnet.contract import Actor


class DayForm(forms.Form):
    """From which day on, and why; every other form here asks that too, last."""

    day = forms.DateField(
        label=pgettext_lazy("organisation", "From which day on"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Today, or the day it took effect."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("One sentence; it is kept with the change and shown to whoever asks later."),
    )


class CloseForm(DayForm):
    """From which day on it exists no more."""


class NewForm(DayForm):
    """What the new organisation is."""

    name = forms.CharField(label=pgettext_lazy("organisation", "Name"), max_length=100)
    code = forms.CharField(
        label=pgettext_lazy("organisation", "Code"),
        max_length=20,
        help_text=gettext_lazy("The statistical division code; for an office, one of your own."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=OrganisationKind.choices)
    short_name = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("What people call it; it is found by that too."),
    )
    field_order = ["name", "code", "kind", "short_name", "day", "reason"]


class RenameForm(DayForm):
    """Its new name, and its new code if that changed as well."""

    name = forms.CharField(label=pgettext_lazy("organisation", "Name"), max_length=100)
    code = forms.CharField(
        label=pgettext_lazy("organisation", "Code"),
        max_length=20,
        help_text=gettext_lazy("The old code and the old name go on leading here."),
    )
    field_order = ["name", "code", "day", "reason"]


class PlaceForm(DayForm):
    """Another organisation of the actor's own."""

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, OrganisationField):
                field.actor = actor


class MoveForm(PlaceForm):
    """Below which organisation it stands from then on."""

    parent = OrganisationField(permission=CHANGE, label=gettext_lazy("Below which organisation"))
    field_order = ["parent", "day", "reason"]


class MergeForm(PlaceForm):
    """In which organisation it goes up."""

    into = OrganisationField(permission=CHANGE, label=gettext_lazy("Into which organisation"))
    field_order = ["into", "day", "reason"]
