"""Asking for an organisation: type a code or a name, be offered what matches, within the actor's own subtree."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.forms import Media
from django.urls import reverse
from django.utils.translation import gettext_lazy

from civicnet.access.models import Organisation
from civicnet.access.organisation_selectors import named, open_on_day, visible_organisations
from civicnet.contract import ANONYMOUS, Actor, InvalidInput


class OrganisationInput(forms.TextInput):
    """A line of text with suggestions from the server. Without scripts it is a plain line, and a code does as well."""

    template_name = "console/organisations/input.html"
    permission = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Where the suggestions come from."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["suggestions"] = (
            f"{reverse('organisations:suggest')}?{urlencode({'permission': self.permission})}"
        )
        return context

    def format_value(self, value: Any) -> str | None:
        """An organisation as suggestions show it; what was typed as it was typed."""
        if isinstance(value, int):
            value = Organisation.objects.filter(pk=value).first()
        return written(value) if isinstance(value, Organisation) else value

    @property
    def media(self) -> Media:
        """The script that fetches suggestions."""
        return forms.Media(js=["console/organisation-field.js"])


class OrganisationField(forms.Field):
    """An organisation of the actor's own subtree that exists today; cleans to the ``Organisation``.

    ``permission`` is the one whose subtrees are offered. Tell the field who asks, in the form's ``__init__``:
    ``self.fields["organisation"].actor = actor``; until then it offers nothing. Put ``{{ form.media }}`` on the page.
    """

    widget = OrganisationInput
    default_error_messages = {"required": gettext_lazy("Type a code or a name, and choose.")}

    def __init__(self, *, permission: str, actor: Actor = ANONYMOUS, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Organisation"))
        kwargs.setdefault("help_text", gettext_lazy("Type the beginning of a code or a name."))
        super().__init__(**kwargs)
        self.permission = permission
        self.actor = actor
        self.widget.permission = permission

    def to_python(self, value: Any) -> Organisation | None:
        """The organisation that is meant."""
        if value in self.empty_values or isinstance(value, Organisation):
            return value or None
        try:
            return named(open_on_day(visible_organisations(self.actor, self.permission)), str(value))
        except InvalidInput as error:
            raise ValidationError(str(error), code="unknown") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared as they are written."""
        return bool(super().has_changed(written(initial) if isinstance(initial, Organisation) else initial, data))


def written(one: Organisation) -> str:
    """An organisation in one line that the field understands again."""
    return f"{one.code} {one.name}"
