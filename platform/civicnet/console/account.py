"""The account page: one name as people write it, instead of Wagtail's first and last."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.views.account import AccountView as WagtailAccountView
from wagtail.admin.views.account import NameEmailSettingsPanel

from civicnet.access.actors import staff_actor
from civicnet.access.models import User
from civicnet.access.people import rename_person


class NameForm(forms.ModelForm):
    """A person's own name, and the address for Wagtail's notes about pages."""

    full_name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100)
    email = forms.EmailField(label=gettext_lazy("Email"), required=False)

    class Meta:
        model = User
        fields = ["email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].initial = self.instance.full_name
        self.order_fields(["full_name", "email"])

    def save(self, commit: bool = True) -> User:
        """By the service, which keeps that it was done."""
        rename_person(person=self.instance, full_name=self.cleaned_data["full_name"], actor=staff_actor(self.instance))
        person: User = self.instance
        person.save(update_fields=["email"])
        return person


class NamePanel(NameEmailSettingsPanel):
    """Name and address."""

    form_class = NameForm


class AccountView(WagtailAccountView):
    """Wagtail's page with our panel for the name."""

    def get_panels(self) -> list[Any]:
        """The others are Wagtail's."""
        return [
            NamePanel(panel.request, panel.user, panel.profile) if isinstance(panel, NameEmailSettingsPanel) else panel
            for panel in super().get_panels()
        ]
