"""Forms: the fields of a type in a form of its records, and the form in which one field is defined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from civicnet.records.defining import LONGEST_HELP, LONGEST_KEY, LONGEST_LABEL, Wanted
from civicnet.records.kinds import kinds
from civicnet.records.shapes import RecordShape

# Before the keys of fields, so that none is mistaken for a field of the form itself.
BEFORE = "field_"


def form_fields(shape: RecordShape, stored: Any, *, user: Any = None) -> dict[str, forms.Field]:
    """The fields to fill in, by their names in the form, each beginning with what is stored.

    Fields in which something of the house is chosen offer what ``user`` may use; nobody may use anything.
    """
    values, made = shape.values_in(stored), {}
    for one in shape.live:
        value = one.value_in(values)
        field = one.known.form_field(one, value, label=one.label, help_text=one.help, required=one.required)
        one.known.limit(field, value, user)
        field.initial = None if value is None else one.known.initial(value)
        made[f"{BEFORE}{one.key}"] = field
    return made


def values_of(shape: RecordShape, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """What a form found, as it is stored; None takes a value away, what the form found wrong is not in it."""
    names = ((one, f"{BEFORE}{one.key}") for one in shape.live)
    return {one.key: one.known.stored(cleaned[name]) for one, name in names if name in cleaned}


class FieldForm(forms.Form):
    """The definition of one field. What is no key or no option the service says, beside the field."""

    elements: ClassVar[Mapping[str, str | None]] = dict.fromkeys(
        ("label", "key", "kind", "options", "help", "required")
    )

    label = forms.CharField(
        label=_("What it is called"),
        max_length=LONGEST_LABEL,
        help_text=_("As readers and editors see it, for example 办理地点."),
    )
    key = forms.CharField(
        label=_("Key for programs"),
        max_length=LONGEST_KEY,
        help_text=_("Small letters, digits and underscores, for example opening_hours. It never changes."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    kind = forms.ChoiceField(label=_("Kind of field"))
    options = forms.CharField(
        label=_("Options"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("For a choice: one on each line. An option that you take off the list stays where it is chosen."),
    )
    help = forms.CharField(
        label=_("Help for editors"),
        required=False,
        max_length=LONGEST_HELP,
        help_text=_("Stands below the field in the editor."),
    )
    required = forms.BooleanField(
        label=_("Must be filled in"),
        required=False,
        help_text=_("Drafts are saved without it; nothing is sent to review or published without it."),
    )

    def __init__(self, *args: Any, held: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(one.name, one.label) for one in kinds()]  # type: ignore[attr-defined]
        if held is not None:
            self.fields["key"].disabled = True
            self.fields["kind"].disabled = held.used_at is not None

    def wanted(self) -> Wanted:
        """What the service takes."""
        data = self.cleaned_data
        return Wanted(**{**data, "options": data["options"].splitlines()})


def first_values(held: Any) -> dict[str, Any]:
    """What the form of a definition begins with."""
    names = ("label", "key", "kind", "help", "required")
    return {name: getattr(held, name) for name in names} | {"options": "\n".join(held.options)}
