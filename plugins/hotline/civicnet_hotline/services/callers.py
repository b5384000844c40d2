"""Callers: showing a number to whoever needs it for the case, and forgetting it when its time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from civicnet.access.reveals import reveal
from civicnet.contract import Actor, Refused, require
from civicnet.ledger.services import record
from civicnet.lifecycle.registry import registry
from civicnet_hotline.models import OPEN_STATES, Case
from civicnet_hotline.permissions import can_reach_caller
from civicnet_hotline.services.steps import locked


def retention_days() -> int:
    """For how long after a case is closed the caller is held, as the manifest promises."""
    return min(one.retention_days for one in registry.manifests["hotline"].personal)


def reveal_phone(*, actor: Actor, case: Case, reason: str) -> str:
    """The caller's whole number, against a reason that the audit keeps; "" when none was left.

    Raises:
        InvalidInput: the reason says nothing, or says too much.
        Refused: the actor's work does not need it.
        TooManyReveals: the actor has seen too many numbers within the hour.
    """

    def read() -> str | None:
        fresh = locked(case)
        require(can_reach_caller(actor, fresh))
        return fresh.caller_phone

    return reveal(actor=actor, action="hotline.reveal_phone", subject=case, reason=reason, read=read)


@transaction.atomic
def forget_callers(*, actor: Actor, now: datetime | None = None) -> int:
    """Erase names and numbers of cases closed longer ago than the manifest allows; returns of how many."""
    if actor.kind != "system":
        raise Refused()
    before = (now or timezone.now()) - timedelta(days=retention_days())
    held = Q(caller_name__isnull=False) | Q(caller_phone__isnull=False)
    due = Case.objects.select_for_update().exclude(state__in=OPEN_STATES).filter(held, updated_at__lt=before)
    forgotten = list(due)
    for case in forgotten:
        case.caller_name = case.caller_phone = None
        case.caller_phone_index = ""
        case.save(update_fields=["caller_name", "caller_phone", "caller_phone_index"])
        record(actor=actor, action="hotline.forget_caller", subject=case)
    return len(forgotten)
