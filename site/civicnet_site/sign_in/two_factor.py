"""The second factor: a code from the person's phone (TOTP), asked for by role or of everybody, as the settings say."""

from __future__ import annotations

from typing import Any

import django_otp
from django.conf import settings
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from civicnet.access.models import User
from civicnet.access.passwords import end_sessions
from civicnet.contract import Actor
from civicnet.ledger.services import record

# The permission by which wagtail-2fa lets a role require it.
BY_ROLE = "wagtailadmin.enable_2fa"


def missing_step(user: Any) -> str:
    """Which step of the second factor is still to be taken, if any."""
    if settings.CIVICNET_TWO_FACTOR == "off" or user.is_verified():
        return ""
    if django_otp.user_has_device(user, confirmed=True):
        return "two_factor"
    if settings.CIVICNET_TWO_FACTOR == "required" or user.has_perm(BY_ROLE):
        return "two_factor_set_up"
    return ""


@transaction.atomic
def reset_two_factor(*, person: User, actor: Actor, reason: str) -> int:
    """Forget the devices of a person who lost their phone, and end their sessions; says how many devices there were."""
    forgotten: int
    forgotten, _by_model = TOTPDevice.objects.filter(user=person).delete()
    record(
        actor=actor,
        action="access.reset_two_factor",
        subject=person,
        before={"devices": forgotten},
        after={"devices": 0},
        reason=reason,
    )
    end_sessions(person=person, actor=actor, reason=reason)
    return forgotten
