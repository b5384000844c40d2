"""What the office types in: a new grid, an absence, a reason. The services decide whether it may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicnet.access.models import Organisation, User
from civicnet.contract import Actor
from civicnet_grid.models import GridKind
from civicnet_grid.selectors import places_for_grids


class PlaceField(forms.ModelChoiceField):
    """A community or village, with its code: names come again in other townships."""

    def label_from_instance(self, obj: Organisation) -> str:
        """Code and name."""
        return f"{obj.code} {obj.name}"


class DateInput(forms.DateInput):
    """The browser's own date field: it knows the person's calendar and works by keyboard."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class GridForm(forms.Form):
    """A new grid."""

    elements: ClassVar[Mapping[str, str | None]] = {
        "organisation": "organisation.code",
        "code": "grid.code",
        "name": "grid.name",
        "kind": "grid.kind",
        "households": "grid.households",
        "valid_from": "grid.since",
    }

    organisation = PlaceField(label=_("Community or village"), queryset=Organisation.objects.none())
    code = forms.CharField(
        label=_("Grid code"),
        max_length=15,
        help_text=_("15 digits: the code of the community or village and 3 of its own."),
    )
    name = forms.CharField(label=_("Grid name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind of grid"), choices=GridKind.choices)
    households = forms.IntegerField(label=_("Households"), min_value=0, required=False)
    valid_from = forms.DateField(label=_("Valid from"), required=False, widget=DateInput())

    def __init__(self, *given: Any, actor: Actor, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["organisation"].queryset = places_for_grids(actor)  # type: ignore[attr-defined]


class AbsenceForm(forms.Form):
    """From when to when somebody is away."""

    elements: ClassVar[Mapping[str, str | None]] = {"first_day": "absence.first_day", "last_day": "absence.last_day"}

    first_day = forms.DateField(label=_("First day away"), widget=DateInput(), initial=timezone.localdate)
    last_day = forms.DateField(label=_("Last day away"), widget=DateInput(), initial=timezone.localdate)


class WithdrawForm(forms.Form):
    """Why an absence is taken back."""

    elements: ClassVar[Mapping[str, str | None]] = {"reason": None}

    reason = forms.CharField(
        label=_("Why is it taken back?"), max_length=200, help_text=_("For example: recorded for the wrong person.")
    )


class EndPostForm(forms.Form):
    """Until when somebody holds a post, and why it ends."""

    elements: ClassVar[Mapping[str, str | None]] = {"last_day": "post.last_day", "reason": None}

    last_day = forms.DateField(label=_("Last day in the post"), widget=DateInput(), initial=timezone.localdate)
    reason = forms.CharField(
        label=_("Why does it end?"), max_length=200, help_text=_("For example: moved to another community.")
    )


class AccountForm(forms.Form):
    """The account with which a worker signs in to the desk."""

    elements: ClassVar[Mapping[str, str | None]] = {"user": "account.name"}

    user = forms.CharField(
        label=_("Account name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        help_text=_("The name the worker signs in with. An administrator makes accounts."),
    )

    def clean_user(self) -> User:
        """The account of this name."""
        found = User.objects.filter(username=self.cleaned_data["user"], is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("There is no account of this name. Ask an administrator to make one."))
        return found
