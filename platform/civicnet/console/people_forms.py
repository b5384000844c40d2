"""Forms about people: opening an account, appointing, ending a position, and acts that only ask why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from civicnet.access.staff import MANAGE, visible_roles
from civicnet.console.organisation_field import OrganisationField
from civicnet.contract import Actor


class ReasonForm(forms.Form):
    """Why; every other form here asks that too, last."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("One sentence; it is kept with the change and shown to whoever asks later."),
    )


class NameForm(ReasonForm):
    """A person's name, whole."""

    full_name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100)
    field_order = ["full_name", "reason"]


class EndForm(ReasonForm):
    """From which day on a position is not held."""

    on = forms.DateField(
        label=gettext_lazy("Not held any more from"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Today takes effect at once."),
    )
    field_order = ["on", "reason"]


class PositionForm(ReasonForm):
    """Which role, where, from when until when."""

    role = forms.ModelChoiceField(
        label=gettext_lazy("Role"), queryset=Group.objects.none(), empty_label=gettext_lazy("Choose a role")
    )
    organisation = OrganisationField(
        permission=MANAGE, help_text=gettext_lazy("The role reaches this organisation and everything below it.")
    )
    valid_from = forms.DateField(
        label=pgettext_lazy("position", "From"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    valid_to = forms.DateField(
        label=pgettext_lazy("position", "Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The first day on which it is not held any more. Empty: without end."),
    )
    field_order = ["full_name", "username", "role", "organisation", "valid_from", "valid_to", "reason"]

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = visible_roles(actor)  # type: ignore[attr-defined]
        self.fields["organisation"].actor = actor  # type: ignore[attr-defined]


class NewPersonForm(PositionForm):
    """An account with its first position."""

    full_name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    username = forms.CharField(
        label=gettext_lazy("Account name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=gettext_lazy("Typed at sign-in: letters, digits or the signs . @ + - _"),
    )
