"""Forms about API clients: what one may do and from where, changing its key, and acts that only ask why."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.models import Site

from civicnet.access.client_rules import MOST_COST, known_scopes
from civicnet.access.clients import ADD
from civicnet.access.models import ApiClient
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


class RotateForm(ReasonForm):
    """How long the old key goes on beside the new one."""

    overlap = forms.TypedChoiceField(
        label=gettext_lazy("The old key goes on for"),
        coerce=lambda days: timedelta(days=int(days)),
        initial="7",
        choices=[
            ("0", gettext_lazy("no time at all: it may have leaked")),
            ("1", gettext_lazy("1 day")),
            ("7", gettext_lazy("7 days")),
            ("30", gettext_lazy("30 days")),
            ("90", gettext_lazy("90 days")),
        ],
        help_text=gettext_lazy("Until then both keys open, so that the other side can change over without a break."),
    )
    field_order = ["overlap", "reason"]


class SiteField(forms.ModelMultipleChoiceField):
    """Sites by the name people know, with the address."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and host."""
        return f"{obj.site_name} · {obj.hostname}" if obj.site_name else str(obj.hostname)


class RightsForm(ReasonForm):
    """What a client may do, at which sites, from where and until when."""

    name = forms.CharField(
        label=pgettext_lazy("API client", "Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("The system by the name its office uses."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    sites = SiteField(
        label=gettext_lazy("At these sites"),
        queryset=Site.objects.order_by("-is_default_site", "hostname"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: at all of them."),
    )
    networks = forms.CharField(
        label=gettext_lazy("Only from these addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "placeholder": "10.1.2.0/24"}),
        help_text=gettext_lazy("One address or range a line. Empty: from anywhere."),
    )
    hourly_cost = forms.IntegerField(
        label=gettext_lazy("Budget of an hour"),
        required=False,
        min_value=1,
        max_value=MOST_COST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    trusted_only = forms.BooleanField(
        label=gettext_lazy("Only registered documents"),
        required=False,
        help_text=gettext_lazy("Any other GraphQL text is refused to it. Register the portal's documents first."),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day it is valid"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        # The very last day a calendar knows has no day after it.
        validators=[MaxValueValidator(date(2999, 12, 31))],
        help_text=gettext_lazy("Empty: without end. A day makes somebody look again whether it is still needed."),
    )
    field_order = [
        *("name", "organisation", "scopes", "sites", "networks"),
        *("hourly_cost", "trusted_only", "expires_on", "reason"),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A scope of a plugin that is gone stays with a client until somebody saves it anew.
        self.fields["scopes"].choices = list(known_scopes().items())  # type: ignore[attr-defined]
        usual = {"cost": f"{settings.CIVICNET_GRAPHQL_HOURLY_COST:,}"}
        self.fields["hourly_cost"].help_text = (
            _("What its GraphQL queries of an hour may cost together. Empty: the usual %(cost)s.") % usual
            if settings.CIVICNET_GRAPHQL_HOURLY_COST
            else _("What its GraphQL queries of an hour may cost together. Empty: as much as it likes.")
        )

    def given(self) -> dict[str, Any]:
        """What the services take."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "expires_on"}
        return data | {
            "sites": [site.pk for site in data["sites"]],
            "networks": data["networks"].splitlines(),
            "expires_at": after(self.cleaned_data["expires_on"]),
        }


class NewClientForm(RightsForm):
    """A client, and whose data it may read."""

    organisation = OrganisationField(
        permission=ADD, help_text=gettext_lazy("It sees data of this organisation and everything below it.")
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].actor = actor  # type: ignore[attr-defined]


def in_a_year() -> date:
    """What a new client is offered as its last day."""
    return timezone.localdate() + timedelta(days=365)


def as_given(client: ApiClient) -> dict[str, Any]:
    """A client's rights as the form shows them."""
    return {
        "name": client.name,
        "scopes": client.scopes,
        "sites": client.sites,
        "networks": "\n".join(client.networks),
        "hourly_cost": client.hourly_cost,
        "trusted_only": client.trusted_only,
        "expires_on": last_day(client.expires_at),
    }


def after(day: date | None) -> datetime | None:
    """The moment a last day is over."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) if day else None


def last_day(end: datetime | None) -> date | None:
    """The last day on which it still opened."""
    return timezone.localdate(end - timedelta(microseconds=1)) if end else None
