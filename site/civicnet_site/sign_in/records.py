"""What the audit keeps of signing in: who, from where, how it ended. Never what was typed as a password."""

from __future__ import annotations

import time
from typing import Any

from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import models, transaction
from django.dispatch import receiver
from django.http import HttpRequest

from civicnet.access.models import User
from civicnet.contract import ANONYMOUS, Actor
from civicnet.ledger.services import record
from civicnet_site.sign_in.idle import BEGAN, SEEN
from civicnet_site.sign_in.lockout import address


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: User, **_more: Any) -> None:
    """Start the session's clock and write the record."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())
    _write(request, "access.sign_in", user, actor=_actor(user))


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest, user: User | None, **_more: Any) -> None:
    """Write who left."""
    if user is not None:
        _write(request, "access.sign_out", user, actor=_actor(user))


@receiver(user_login_failed)
def refused(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any) -> None:
    """Write a failure of an account that exists, until it is locked; guesses at unknown names are counted by axes alone."""
    if request is None or getattr(request, "axes_locked_out", False):
        return
    person = User.objects.filter(username=credentials.get("username") or "").first()
    if person is not None:
        _write(request, "access.sign_in_refused", person, actor=ANONYMOUS)


@receiver(user_locked_out)
def locked(sender: Any, request: HttpRequest, username: str | None, **_more: Any) -> None:
    """Write one record at the failure that locks; the tries made while locked add none.

    A name nobody has is not written down: people type their password into the wrong field.
    """
    if getattr(request, "axes_failures_since_start", None) != settings.AXES_FAILURE_LIMIT:
        return
    person = User.objects.filter(username=username or "").first()
    attempt = AccessAttempt.objects.filter(username=username, ip_address=address(request)).first()
    subject = person or attempt
    if subject is not None:
        _write(request, "access.lock_out", subject, actor=ANONYMOUS)


def _write(request: HttpRequest, action: str, subject: models.Model, *, actor: Actor) -> None:
    # A program that makes a session without a request at a door, such as a test's, signs nobody in.
    if "REMOTE_ADDR" not in request.META:
        return
    with transaction.atomic():
        record(actor=actor, action=action, subject=subject)


def _actor(user: User) -> Actor:
    return Actor(kind="staff", id=str(user.pk), label=str(user))
