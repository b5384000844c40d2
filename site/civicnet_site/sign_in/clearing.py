"""The nightly clearing: sessions that ended and failures that no longer count leave the database."""

from __future__ import annotations

from datetime import time

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicnet.contract import Schedule
from civicnet.lifecycle.schedules import register


def clear() -> None:
    """Delete what is past its time."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME).delete()


def clear_nightly() -> None:
    """Register the job; called when the app is ready."""
    register(
        Schedule(
            name="sign_in.clear", label=_("Clear ended sessions and old failures"), run=clear, daily_at=time(2, 40)
        )
    )
