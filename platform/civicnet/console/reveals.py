"""Whole numbers on a page: a masked value, a button, a reason, and the value shown once in the answer to the POST."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civicnet.access.reveals import MOST_REASON
from civicnet.contract import CivicNetError


class RevealForm(forms.Form):
    """Why the whole number is needed. Nothing is put into addresses, sessions or messages."""

    reason = forms.CharField(
        label=_("Why do you need the whole number?"),
        max_length=MOST_REASON,
        help_text=_("Your name, the time and the reason are kept in the audit."),
        error_messages={"required": _("Say in a few words what you need it for: the reason is kept.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"label_suffix": ""})


@dataclass(slots=True)
class Reveal:
    """What ``console/reveal.html`` shows of one value. ``url`` takes the POST; "" where the actor may not ask."""

    slug: str
    label: Any
    masked: str
    url: str = ""
    value: str = ""
    form: RevealForm = field(default_factory=RevealForm)
    status: int = 200

    def answer(self, data: Mapping[str, Any], read: Callable[[str], str]) -> None:
        """Ask the service for the whole value with the reason that was typed in; what stands against it goes beside it."""
        self.form = RevealForm(data, auto_id=f"reveal-{self.slug}-%s")
        if not self.form.is_valid():
            self.status = 400
            return
        try:
            self.value = read(self.form.cleaned_data["reason"])
        except CivicNetError as error:
            self.form.add_error("reason", str(error))
            self.status = error.status
