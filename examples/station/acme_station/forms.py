"""What staff type in. What comes back with an error keeps every word of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from civicnet.access.models import Organisation
from civicnet.contract import Actor
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from acme_station.selectors import places_to_keep


class StationForm(forms.Form):
    """A station, new or known by its code."""

    elements: ClassVar[Mapping[str, str | None]] = {
        "organisation": "organisation.code",
        "code": "station.code",
        "name": "station.name",
        "address": "station.address",
        "hours": "station.hours",
        "phone": "station.phone",
        "services": "station.services",
        "longitude": "station.position",
        "latitude": "station.position",
    }

    organisation = forms.ModelChoiceField(label=_("Organisation in charge"), queryset=Organisation.objects.none())
    code = forms.CharField(label=_("Code of the service station"), max_length=20)
    name = forms.CharField(label=_("Name of the service station"), max_length=100)
    address = forms.CharField(label=_("Address of the service station"), max_length=200)
    hours = forms.CharField(label=_("Opening hours"), max_length=200, required=False)
    phone = forms.CharField(label=_("Public telephone"), max_length=30, required=False)
    services = forms.CharField(label=_("What is done there"), max_length=300, required=False)
    longitude = forms.FloatField(
        label=_("Longitude"), min_value=-180, max_value=180, required=False, help_text=_("In degrees, such as 128.232.")
    )
    latitude = forms.FloatField(
        label=_("Latitude"), min_value=-85, max_value=85, required=False, help_text=_("In degrees, such as 43.372.")
    )

    def __init__(self, data: Any = None, *, actor: Actor) -> None:
        super().__init__(data)
        self.fields["organisation"].queryset = places_to_keep(actor)  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """From when a station is closed, and why."""

    elements: ClassVar[Mapping[str, str | None]] = {"on": "station.closed_since", "reason": None}

    on = forms.DateField(label=_("Closed since"), initial=timezone.localdate)
    reason = forms.CharField(label=pgettext_lazy("station", "Reason"), max_length=200)
