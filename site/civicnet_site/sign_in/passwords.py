"""What a password may not be, and when it is due for another."""

from __future__ import annotations

import re
from datetime import timedelta

from anyascii import anyascii
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.models import User

# As the demo makes them, one for each machine.
_DEMO = re.compile(r"yanshi-[0-9a-f]{8}")
_SHORTEST_NAME = 3


def is_of_the_demo(password: str) -> bool:
    """Whether the password is one that the demo printed on a screen."""
    return _DEMO.fullmatch(password) is not None


def is_due(person: User) -> bool:
    """Whether the person must choose another password before going on."""
    if person.must_change_password:
        return True
    days = settings.CIVICNET_PASSWORD_MAX_DAYS
    since = person.password_changed_at or person.date_joined
    return bool(days) and timezone.now() - since > timedelta(days=days)


class NotKnownAlready:
    """A new password differs from the one it replaces, and is none that the demo showed to everybody."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Refuse the password that the person has now, and those of the demo."""
        if is_of_the_demo(password):
            raise ValidationError(_("This is a password of the demo. Choose another."), code="password_of_the_demo")
        if user is not None and user.pk and check_password(password, user.password):
            raise ValidationError(_("Choose a password you do not have already."), code="password_unchanged")

    def get_help_text(self) -> str:
        """For the list beside the field."""
        return _("It differs from the password you have now.")


class NotTheName:
    """No account name and no person's name, neither in characters nor spelled in pinyin."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Refuse a password that has the name in it."""
        name = getattr(user, "full_name", "") or ""
        words = {getattr(user, "username", "") or "", name, anyascii(name).replace(" ", "")}
        found = [word for word in words if len(word) >= _SHORTEST_NAME and word.lower() in password.lower()]
        if found or (len(name) > 1 and name in password):
            raise ValidationError(_("Leave your name and account name out of the password."), code="password_has_name")

    def get_help_text(self) -> str:
        """For the list beside the field."""
        return _("Your name is not in it, not in pinyin either.")
