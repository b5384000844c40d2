"""A step: the one way in which a case moves, checked against the table and written to trail, ledger and events."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.db import transaction
from django.utils import timezone

from civicnet.cipher import mask_numbers
from civicnet.contract import Actor
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from civicnet_hotline import events
from civicnet_hotline.errors import WrongState
from civicnet_hotline.models import TRANSITIONS, Action, Case, CaseStep

_EVENTS: dict[Action, type[events.CaseEvent]] = {
    Action.ACCEPT: events.CaseAccepted,
    Action.QUEUE: events.CaseQueued,
    Action.DISPATCH: events.CaseDispatched,
    Action.HAND_OVER: events.CaseDispatched,
    Action.SIGN_FOR: events.CaseSignedFor,
    Action.RETURN: events.CaseReturned,
    Action.REPLY: events.CaseReplied,
    Action.COMPLETE: events.CaseCompleted,
    Action.REOPEN: events.CaseReopened,
    Action.WITHDRAW: events.CaseWithdrawn,
}


def locked(case: Case) -> Case:
    """The case as it is now, held until the transaction ends: two steps at once come one after the other."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a case is locked inside the transaction of its step")
    return Case.objects.select_for_update().get(pk=case.pk)


def check_step(case: Case, action: Action) -> None:
    """Make sure that the step begins where the case stands.

    Raises:
        WrongState: it does not.
    """
    standing = case.state if case.pk else ""
    if standing not in TRANSITIONS[action].sources:
        raise WrongState()


def take_step(
    *,
    case: Case,
    action: Action,
    actor: Actor,
    note: str = "",
    reason: str = "",
    told: dict[str, Any] | None = None,
    **changes: Any,
) -> Case:
    """Move a locked case along the table, with ``changes`` to its fields.

    ``note`` and the code ``reason`` go into trail and audit, where nothing can be erased: a number in the note is masked.
    ``told`` are facts for the event alone.

    Raises:
        WrongState: the step does not begin where the case stands.
    """
    check_step(case, action)
    before = case.state if case.pk else ""
    now = timezone.now()
    case.state = TRANSITIONS[action].target
    case.updated_at = now
    for name, value in changes.items():
        setattr(case, name, value)
    case.save()
    CaseStep.objects.create(
        case=case,
        at=now,
        action=action,
        from_state=before,
        to_state=case.state,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:200],
        reason=reason,
        note=mask_numbers(note),
    )
    record(
        actor=actor,
        action=f"hotline.{action.lower()}",
        subject=case,
        before={"state": before} if before else {},
        after={"state": str(case.state), "post": case.post_key},
        reason="\n".join(filter(None, [reason, note])),
    )
    announce(_event(action, case, told or {}))
    return case


def _event(action: Action, case: Case, told: dict[str, Any]) -> events.CaseEvent:
    kind = _EVENTS[action]
    facts = {"case_id": case.pk, "number": case.number, "organisation_id": case.organisation_id, **told}
    wanted = {one.name for one in fields(kind)}
    return kind(**{name: value for name, value in facts.items() if name in wanted})
