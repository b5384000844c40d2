"""Forms about webhooks: where one leads and what it is told of, and which part of its log is shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.models import Site

from civicnet.access.models import ApiClient
from civicnet.console.client_forms import ReasonForm, SiteField
from civicnet.delivery.kinds import label_of, offered
from civicnet.delivery.models import DeliveryState, Form, Webhook
from civicnet.delivery.shapes import LONGEST_NAME, LONGEST_VALUE, Shape
from civicnet.delivery.targets import LONGEST

_SHAPE = ("form", "header_name", "header_value")
# All but the secret.
_SHOWN = ("url", "kinds", "sites", "form", "header_name")


class WebhookForm(ReasonForm):
    """An address, events and sites; of a webhook that is there already, also events of plugins that are off."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=LONGEST,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
        help_text=gettext_lazy("Messages are sent there by POST. The other side tells you this address."),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("It is told when"), widget=forms.CheckboxSelectMultiple, choices=()
    )
    sites = SiteField(
        label=gettext_lazy("At these sites"),
        queryset=Site.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: at all where the client is admitted."),
    )
    form = forms.ChoiceField(
        label=gettext_lazy("Written as"),
        choices=Form.choices,
        initial=Form.MESSAGE,
        required=False,
        help_text=gettext_lazy(
            "Only a cache that is told of keys to purge may want another form than a signed message."
        ),
    )
    header_name = forms.CharField(
        label=gettext_lazy("Header of the receiver"),
        required=False,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": "Fastly-Key"}),
        help_text=gettext_lazy("Where the receiver knows us by a secret of its own. Empty: our signature is enough."),
    )
    header_value = forms.CharField(
        label=gettext_lazy("Secret in this header"),
        required=False,
        max_length=LONGEST_VALUE,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("It lies sealed and is never shown. Empty: the one that is there stays."),
    )
    field_order = ["url", "kinds", "sites", "form", "header_name", "header_value", "reason"]

    def __init__(self, client: ApiClient, *args: Any, webhook: Webhook | None = None, **kwargs: Any) -> None:
        known = {name: getattr(webhook, name) for name in _SHOWN} if webhook else {}
        super().__init__(*args, **kwargs | {"initial": known})
        choices = offered() | {kind: label_of(kind) for kind in known.get("kinds", ())}
        self.fields["kinds"].choices = list(choices.items())  # type: ignore[attr-defined]
        sites = Site.objects.order_by("-is_default_site", "hostname")
        self.fields["sites"].queryset = sites.filter(pk__in=client.sites) if client.sites else sites  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What the services take."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in _SHAPE}
        shape = Shape(*(self.cleaned_data[name] for name in _SHAPE))
        return data | {"sites": [site.pk for site in data["sites"]], "shape": shape}

    def clean_form(self) -> str:
        """Ours, where nobody chose."""
        return self.cleaned_data["form"] or Form.MESSAGE


class LogForm(forms.Form):
    """Which deliveries of a webhook are shown: all, until something is chosen."""

    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("webhook", "Event"), required=False)

    def __init__(self, kinds: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"label_suffix": ""})
        states = [("", pgettext_lazy("deliveries", "all")), *DeliveryState.choices]
        self.fields["state"].choices = states  # type: ignore[attr-defined]
        events = [("", pgettext_lazy("deliveries", "all")), *((kind, label_of(kind)) for kind in kinds)]
        self.fields["kind"].choices = events  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """The conditions; what nobody can choose counts for nothing."""
        data = self.cleaned_data if self.is_valid() else {}
        return {name: value for name, value in data.items() if value}
