"""Closing: asking the resident whether it is solved, and taking a request back."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.contract import Actor, InvalidInput, require
from civicnet_hotline.models import Action, Case
from civicnet_hotline.permissions import can_follow_up, can_withdraw
from civicnet_hotline.services.steps import locked, take_step
from civicnet_hotline.wording import plain_text


@transaction.atomic
def follow_up_case(*, actor: Actor, case: Case, solved: bool, satisfaction: int | None = None, note: str = "") -> Case:
    """Record what the resident says of the reply: solved completes the case, not solved gives it back to its post.

    Raises:
        InvalidInput: satisfaction is not 1 to 5.
        Refused: the actor does not follow up in this area.
        WrongState: there is no reply to ask about.
    """
    if satisfaction is not None and satisfaction not in range(1, 6):
        raise InvalidInput(_("Satisfaction is a number from 1 to 5, or left out."), field="satisfaction")
    case = locked(case)
    require(can_follow_up(actor, case))
    return take_step(
        case=case,
        action=Action.COMPLETE if solved else Action.REOPEN,
        actor=actor,
        note=plain_text(note),
        told={"satisfaction": satisfaction},
        solved=solved,
        satisfaction=satisfaction,
    )


@transaction.atomic
def withdraw_case(*, actor: Actor, case: Case, reason: str = "") -> Case:
    """Take the request back before it is answered.

    Raises:
        Refused: the actor neither submitted it as a portal nor dispatches for its area.
        WrongState: it is answered or closed already.
    """
    case = locked(case)
    require(can_withdraw(actor, case))
    return take_step(case=case, action=Action.WITHDRAW, actor=actor, note=plain_text(reason))
