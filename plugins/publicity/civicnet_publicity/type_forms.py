"""The form of a column type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.records.defining import LONGEST_KEY
from civicnet_publicity.models import ArticleTemplate, ColumnType, ListTemplate
from civicnet_publicity.selectors.types import offered_channels, offered_paths
from civicnet_publicity.services.types import LONGEST_NAME


class ColumnTypeForm(forms.Form):
    """A type of columns; its fields have a form of their own."""

    elements: ClassVar[Mapping[str, str | None]] = dict.fromkeys(
        ("name", "key", "list_template", "article_template", "channels", "workflow")
    )

    name = forms.CharField(
        label=pgettext_lazy("column type", "Name"), max_length=LONGEST_NAME, help_text=_("For example 办事指南.")
    )
    key = forms.CharField(
        label=_("Key for programs"),
        max_length=LONGEST_KEY,
        help_text=_("Small letters, digits and underscores, for example guide. It never changes."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    list_template = forms.ChoiceField(
        label=_("How the column looks"),
        choices=ListTemplate.choices,
        widget=forms.RadioSelect,
        initial=ListTemplate.LIST,
    )
    article_template = forms.ChoiceField(
        label=_("How an article looks"),
        choices=ArticleTemplate.choices,
        widget=forms.RadioSelect,
        initial=ArticleTemplate.BEFORE,
    )
    channels: Any = forms.ModelMultipleChoiceField(
        label=_("Channels"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Where articles go whose column names no channels of its own."),
    )
    workflow: Any = forms.ModelChoiceField(
        label=_("Review path"),
        queryset=None,
        required=False,
        empty_label=_("As everywhere on the site"),
        help_text=_("Review paths are made under Settings, Workflows."),
    )

    def __init__(self, *args: Any, held: ColumnType | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channels"].queryset = offered_channels()  # type: ignore[attr-defined]
        self.fields["workflow"].queryset = offered_paths()  # type: ignore[attr-defined]
        self.fields["key"].disabled = held is not None

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        path = data["workflow"]
        return {**data, "channels": [one.pk for one in data["channels"]], "workflow": path.pk if path else None}


def first_values(held: ColumnType) -> dict[str, Any]:
    """What the form begins with."""
    names = ("name", "key", "list_template", "article_template", "workflow")
    return {name: getattr(held, name) for name in names} | {"channels": list(held.channels.all())}
