"""What staff type in. What comes back with an error keeps every word of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from civicnet.access.models import Organisation
from civicnet.contract import Actor
from django import forms
from django.utils.translation import gettext_lazy as _

from acme_scaffold.selectors import places_to_keep


class PointForm(forms.Form):
    """A point, new or known by its code."""

    elements: ClassVar[Mapping[str, str | None]] = {
        "organisation": "organisation.code",
        "code": "scaffold.code",
        "name": "scaffold.name",
        "address": "scaffold.address",
        "hours": "scaffold.hours",
    }

    organisation = forms.ModelChoiceField(label=_("Organisation in charge"), queryset=Organisation.objects.none())
    code = forms.CharField(label=_("Code of the service point"), max_length=20)
    name = forms.CharField(label=_("Name of the service point"), max_length=100)
    address = forms.CharField(label=_("Address of the service point"), max_length=200)
    hours = forms.CharField(label=_("Opening hours"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, actor: Actor) -> None:
        super().__init__(data)
        self.fields["organisation"].queryset = places_to_keep(actor)  # type: ignore[attr-defined]
