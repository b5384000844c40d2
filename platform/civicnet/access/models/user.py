"""The person who signs in."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class User(AbstractUser):
    """A member of staff. Chinese names are written whole, so there is one name field that people see."""

    full_name = models.CharField(pgettext_lazy("person", "name"), max_length=100, blank=True)
    must_change_password = models.BooleanField(
        _("must change the password"), default=False, help_text=_("Asked for at the next sign-in.")
    )
    password_changed_at = models.DateTimeField(_("password changed"), null=True, blank=True, editable=False)
    # Part of what a session is checked against: raising it ends every session of the person.
    session_round = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def audit_label(self) -> str:
        """What the audit calls an account that something is done to: it outlives the name."""
        return f"#{self.pk}"

    def get_full_name(self) -> str:
        """The name as people write it."""
        return self.full_name or super().get_full_name()

    def set_password(self, raw_password: str | None) -> None:
        """Keep the password's digest, and since when it is the password."""
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

    def get_session_auth_hash(self) -> str:
        """What a session must carry to go on: it changes with the password and when all sessions are ended."""
        return self._of_this_round(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under secrets that are being replaced."""
        return map(self._of_this_round, super().get_session_auth_fallback_hash())

    def _of_this_round(self, digest: str) -> str:
        return f"{digest}.{self.session_round}"
