"""Callers: showing a number to whoever needs it for the case."""

from __future__ import annotations

from civicnet.access.reveals import reveal
from civicnet.contract import Actor, require
from civicnet.lifecycle.personal import retention
from civicnet_hotline.models import Case
from civicnet_hotline.permissions import can_reach_caller
from civicnet_hotline.services.steps import locked


def retention_days() -> int:
    """For how long after a case is closed the caller is held, as the manifest promises."""
    return min(retention("hotline", "Case").values()).days


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
