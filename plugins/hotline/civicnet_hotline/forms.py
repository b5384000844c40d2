"""Forms: what people fill in, with the words beside each field; the rules themselves are the services'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.contract import InvalidInput
from civicnet_hotline.models import ReturnReason
from civicnet_hotline.selectors import open_categories
from civicnet_hotline.services.correcting import MOST_WORDS, Fault
from civicnet_hotline.services.handling import MOST_REPLY
from civicnet_hotline.services.intake import MOST_ADDRESS, MOST_DESCRIPTION, MOST_NAME, phone_number

# As long an address as a reader may come from.
MOST_PATH = 600


def _form_number() -> str:
    return uuid4().hex


class PlainForm(forms.Form):
    """Says what to do where Django only says what a field is."""

    elements: ClassVar[Mapping[str, str | None]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Labels are questions or titles: a colon after them reads odd.
        super().__init__(*args, **kwargs | {"label_suffix": ""})
        for field in self.fields.values():
            field.error_messages["required"] = _("Please fill this in.")
            if isinstance(field, forms.ChoiceField):
                field.error_messages["required"] = _("Please choose one.")
                field.error_messages["invalid_choice"] = _("This cannot be chosen here. Please choose again.")


class AskForm(PlainForm):
    """A resident's request."""

    elements: ClassVar[Mapping[str, str | None]] = {
        "category": "case.category",
        "description": "case.description",
        "address": "case.address",
        "caller_name": "caller.name",
        "caller_phone": "caller.phone",
        "website": None,
        "once": None,
    }

    category = forms.ChoiceField(label=_("What kind of matter is it?"))
    description = forms.CharField(
        label=_("What happened, or what do you need?"),
        max_length=MOST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Speak of the matter and the place; leave out other people's names."),
    )
    address = forms.CharField(
        label=_("Where is it?"),
        max_length=MOST_ADDRESS,
        help_text=_("Community, grid if you know it, building and entrance, or what is nearby."),
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    caller_name = forms.CharField(
        label=_("How may we address you? (optional)"),
        max_length=MOST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    caller_phone = forms.CharField(
        label=_("Phone (optional)"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    # Programs fill in every field; people do not see this one.
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput, initial=_form_number)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(one.code, one.name) for one in open_categories()]
        self.fields["category"].choices = [("", _("Choose one")), *chosen]  # type: ignore[attr-defined]

    def clean_caller_phone(self) -> str:
        """Tell a slip at once, together with what else is missing."""
        try:
            return phone_number(self.cleaned_data["caller_phone"])
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from error

    def clean_website(self) -> str:
        """Refuse programs, and tell people what to do should they have met the field."""
        if filled := self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave the last field empty and send again."))
        return str(filled)


class ErrorForm(PlainForm):
    """An error that a reader has found on a page."""

    elements: ClassVar[Mapping[str, str | None]] = {
        "fault": "case.category",
        "words": "case.description",
        "caller_name": "caller.name",
        "caller_phone": "caller.phone",
        "page": None,
        "website": None,
        "once": None,
    }

    fault = forms.ChoiceField(label=_("What is wrong?"), choices=Fault.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What does it say, and what should it say?"),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Copy the wrong place if you can; leave out other people's names."),
    )
    caller_name = AskForm.declared_fields["caller_name"]
    caller_phone = AskForm.declared_fields["caller_phone"]
    page = forms.CharField(max_length=MOST_PATH, required=False, widget=forms.HiddenInput)
    # Programs fill in every field; people do not see this one.
    website = AskForm.declared_fields["website"]
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput, initial=_form_number)

    clean_caller_phone = AskForm.clean_caller_phone
    clean_website = AskForm.clean_website

    # What the answer says while something is wrong.
    status = 400

    @property
    def contact(self) -> list[forms.BoundField]:
        """What is only asked of those who want an answer."""
        return [self["caller_name"], self["caller_phone"]]

    @property
    def wants_answer(self) -> bool:
        """Whether something of it is filled in, or wrong."""
        return any(field.data or field.errors for field in self.contact) if self.is_bound else False


class LookUpForm(PlainForm):
    """Number and query code of a request."""

    elements: ClassVar[Mapping[str, str | None]] = {"number": None, "token": None}

    number = forms.CharField(label=_("Number of the request"), max_length=20, help_text=_("Such as 20261123-000017."))
    token = forms.CharField(
        label=_("Query code"),
        max_length=40,
        help_text=_("It was shown together with the number."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class NothingForm(PlainForm):
    """For an act that needs no words."""


class ReplyForm(PlainForm):
    """What was done."""

    elements: ClassVar[Mapping[str, str | None]] = {"reply": "case.reply"}

    reply = forms.CharField(
        label=pgettext_lazy("hotline", "Reply"),
        max_length=MOST_REPLY,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The resident reads it: what was done, and what comes next."),
    )


class ReturnForm(PlainForm):
    """Why the case goes back."""

    elements: ClassVar[Mapping[str, str | None]] = {"reason": "case.return_reason", "note": None}

    reason = forms.ChoiceField(label=_("Why does it go back?"), choices=ReturnReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note (optional)"), max_length=500, required=False)


class FollowUpForm(PlainForm):
    """What the resident says of the reply."""

    elements: ClassVar[Mapping[str, str | None]] = {
        "solved": "case.solved",
        "satisfaction": "case.satisfaction",
        "note": None,
    }

    solved = forms.TypedChoiceField(
        label=_("Is it solved?"),
        choices=[
            ("yes", pgettext_lazy("follow-up", "Yes, solved")),
            ("no", pgettext_lazy("follow-up", "No, not yet")),
        ],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    satisfaction = forms.TypedChoiceField(
        label=_("How satisfied is the resident?"),
        choices=[
            ("", _("Not said")),
            ("5", _("5, very satisfied")),
            ("4", _("4, satisfied")),
            ("3", _("3, so-so")),
            ("2", _("2, not satisfied")),
            ("1", _("1, not satisfied at all")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )
    note = forms.CharField(label=_("Note (optional)"), max_length=500, required=False)


class WithdrawForm(PlainForm):
    """Why the request is taken back."""

    elements: ClassVar[Mapping[str, str | None]] = {"reason": None}

    reason = forms.CharField(label=_("Reason"), max_length=200)


class DispatchForm(PlainForm):
    """The post chosen from the offers beside it."""

    elements: ClassVar[Mapping[str, str | None]] = {"post_key": "case.post", "note": None}

    post_key = forms.ChoiceField(label=_("Give it to"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note to the post (optional)"), max_length=500, required=False)

    def __init__(self, *args: Any, offers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post_key"].choices = offers  # type: ignore[attr-defined]
        self.fields["post_key"].error_messages["invalid_choice"] = _(
            "This post is not on duty any more. Choose another one."
        )
