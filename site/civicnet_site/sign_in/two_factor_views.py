"""The two pages of the second factor: typing the code, and setting up the phone that makes it."""

from __future__ import annotations

from base64 import b32encode
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django_otp import login
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail_2fa import views
from wagtail_2fa.forms import DeviceForm, TokenForm
from wagtail_2fa.utils import get_unconfirmed_device, new_unconfirmed_device

from civicnet.access.actors import staff_actor
from civicnet.access.models import User
from civicnet.ledger.services import record
from civicnet_site.sign_in.views import Door

_DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": "autofocus", "maxlength": "8"}


class CodeForm(TokenForm):
    """The code alone."""

    otp_error_messages = {
        "token_required": _("Type the six digits your phone shows."),
        "invalid_token": _("This code is not right, or no longer. Wait for the next one."),
        "n_failed_attempts": _("Too many wrong codes. Wait a little before the next one."),
        "verification_not_allowed": _("Too many wrong codes. Wait a little before the next one."),
    }

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["otp_token"].label = pgettext("second factor", "Code")
        self.fields["otp_token"].widget.attrs.update(_DIGITS)

    def _chosen_device(self, user: User) -> TOTPDevice | None:
        # Everybody has one phone here, so nobody is asked which; locked, so that a code counts once.
        return TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()


class PhoneForm(DeviceForm):
    """A first code shows that the phone is set up; the password shows whose hand holds it."""

    def __init__(self, request: Any, **more: Any) -> None:
        super().__init__(request, **more)
        del self.fields["name"]
        self.fields["otp_token"].label = pgettext("second factor", "Code")
        self.fields["otp_token"].help_text = _("The six digits your phone shows after the picture was read.")
        self.fields["otp_token"].widget.attrs.update(_DIGITS)
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"

    def clean_otp_token(self) -> str:
        """The code, if the phone made it."""
        token: str = self.cleaned_data["otp_token"]
        if not self.instance.verify_token(token):
            raise forms.ValidationError(
                _("This code is not right, or no longer. Wait for the next one."), code="invalid"
            )
        return token

    def clean_password(self) -> None:
        """Without axes: this person is signed in, and a slip of the hand must not lock the door they came through."""
        if not self.request.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("This is not your password."), code="invalid")


class OnlyWhenOn(Door):
    """These pages are not there while the settings have no second factor."""

    def dispatch(self, request: HttpRequest, *given: Any, **more: Any) -> HttpResponseBase:
        """Answer, unless it is off."""
        if settings.CIVICNET_TWO_FACTOR == "off":
            raise Http404
        answer: HttpResponseBase = super().dispatch(request, *given, **more)  # type: ignore[misc]
        return answer


class Verify(OnlyWhenOn, views.LoginView):
    """Typing the code."""

    template_name = "sign_in/two_factor.html"
    form_class = CodeForm

    def get_success_url(self) -> str:
        """What was asked for before this page came between."""
        return self.get_redirect_url() or resolve_url(self.home)


class SetUp(OnlyWhenOn, views.DeviceCreateView):
    """Setting up the phone, or another one in its place."""

    template_name = "sign_in/two_factor_set_up.html"
    form_class = PhoneForm

    @cached_property
    def device(self) -> TOTPDevice:
        """The phone that is not confirmed yet; the same one until it is."""
        return get_unconfirmed_device(self.request.user) or new_unconfirmed_device(self.request.user)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The key for phones that cannot read the picture, in groups of four."""
        key = b32encode(self.device.bin_key).decode().rstrip("=")
        grouped = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
        context: dict[str, Any] = super().get_context_data(
            key=grouped, picture=reverse(f"{self.door}_two_factor_picture"), **more
        )
        return context

    def form_valid(self, form: PhoneForm) -> HttpResponse:
        """Keep this phone alone, and write that there is one."""
        person = self.person
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
            TOTPDevice.objects.filter(user=person).exclude(pk=form.instance.pk).delete()
            record(actor=staff_actor(person), action="access.set_up_two_factor", subject=person)
        login(self.request, form.instance)
        messages.success(self.request, _("From now on you are asked for a code of this phone when you sign in."))
        return answer

    def get_success_url(self) -> str:
        """Home: what was asked for first is one step away."""
        return resolve_url(self.home)


class Picture(OnlyWhenOn, views.DeviceQRCodeView):
    """The picture the phone reads."""
