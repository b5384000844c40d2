"""The administration's sign-in form, every word of it translated."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm as WagtailLoginForm

REFUSED = _("The account name or the password is not right. Try again, or ask your administrator for a new password.")


class LoginForm(WagtailLoginForm):
    """Wagtail names both fields by their variables; people read them in their language, and as the desk calls them."""

    error_messages = {**WagtailLoginForm.error_messages, "invalid_login": REFUSED}
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "placeholder": _("Password")}),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["username"].label = _("Account name")
        self.fields["username"].widget.attrs["placeholder"] = _("Account name")


class DeskSignInForm(AuthenticationForm):
    """The same words at the desk."""

    error_messages = {**AuthenticationForm.error_messages, "invalid_login": REFUSED}
