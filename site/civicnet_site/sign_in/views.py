"""The pages of signing in that are the same for the administration and the desk: a form on a card."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView, RedirectURLMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from civicnet.access.actors import staff_actor
from civicnet.access.models import User
from civicnet.access.passwords import change_password


class Door:
    """Which of the two sign-ins the page belongs to: it decides where the ways out lead."""

    door = "admin"
    request: HttpRequest

    @property
    def person(self) -> User:
        """Who is signed in; the addresses let nobody else through."""
        return cast(User, self.request.user)

    @property
    def home(self) -> str:
        """Where people go from here."""
        return "wagtailadmin_home" if self.door == "admin" else "desk"

    @property
    def sign_out(self) -> str:
        """How they leave instead."""
        return "wagtailadmin_logout" if self.door == "admin" else "desk_sign_out"


class ChangeForm(PasswordChangeForm):
    """Django's form, its fields named as people say it."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["old_password"].label = _("Password you have now")
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password2"].label = _("New password once more")


class ChangePassword(Door, RedirectURLMixin, PasswordChangeView):
    """Changing one's own password, whether one has to or wants to."""

    template_name = "sign_in/change_password.html"
    form_class = ChangeForm

    def get_default_redirect_url(self) -> str:
        """Home, when nothing else was asked for."""
        return resolve_url(self.home)

    def get_success_url(self) -> str:
        """What was asked for before this page came between."""
        return self.get_redirect_url() or self.get_default_redirect_url()

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The form and the way back."""
        return super().get_context_data(next=self.get_redirect_url(), **more)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Change it; this session goes on, all others of the person end."""
        person = self.person
        change_password(person=person, password=form.cleaned_data["new_password1"], actor=staff_actor(person))
        update_session_auth_hash(self.request, person)
        messages.success(
            self.request, _("The password is changed. Everywhere else you were signed in, you are signed out.")
        )
        return HttpResponse(status=302, headers={"Location": self.get_success_url()})
