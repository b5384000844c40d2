"""Groups follow the dates of positions: shortly after midnight for everybody, and at sign-in for whoever comes."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _

from civicnet.contract import Schedule
from civicnet.lifecycle.schedules import register


def connect() -> None:
    """Called once, when the room is ready."""
    register(Schedule("access.settle_groups", _("Groups follow positions"), _settle, daily_at=time(0, 5)))
    user_logged_in.connect(_arrived, dispatch_uid="access_groups_follow_positions")


def _settle() -> None:
    from civicnet.access.actors import SYSTEM
    from civicnet.access.positions import settle_groups

    settle_groups(actor=SYSTEM)


def _arrived(sender: Any, user: Any, **_given: Any) -> None:
    from civicnet.access.positions import follow

    follow(user)
