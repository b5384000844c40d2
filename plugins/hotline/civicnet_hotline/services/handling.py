"""Handling: dispatching a case to a post, signing for it, sending it back, replying."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.access.models import Organisation
from civicnet.contract import Actor, InvalidInput, require
from civicnet_hotline.hookspecs import DutyPost
from civicnet_hotline.models import Action, Case, ReturnReason
from civicnet_hotline.permissions import can_dispatch, can_dispatch_to, can_handle
from civicnet_hotline.services.steps import check_step, locked, take_step
from civicnet_hotline.wording import plain_text

MOST_REPLY = 4000


@transaction.atomic
def dispatch_case(*, actor: Actor, case: Case, post: DutyPost, note: str = "") -> Case:
    """Give the case to a post chosen by hand.

    Raises:
        Refused: the actor does not dispatch for the case's area, or not to the post's community.
        WrongState: it is with a post already, or closed.
    """
    case = locked(case)
    require(can_dispatch(actor, case))
    require(can_dispatch_to(actor, Organisation.objects.get(pk=post.organisation_id)))
    return give_to_post(case=case, post=post, actor=actor, note=plain_text(note))


def give_to_post(*, case: Case, post: DutyPost, actor: Actor, note: str = "", action: Action = Action.DISPATCH) -> Case:
    """The step itself, as routing and handing over take it too: no question of permission is asked here."""
    return take_step(
        case=case,
        action=action,
        actor=actor,
        note="\n".join(filter(None, [post.label, note])),
        told={"grid_code": post.grid_code, "post_key": post.key, "assignee_id": post.user_id},
        organisation_id=post.organisation_id,
        grid_code=post.grid_code,
        post_key=post.key,
        post_label=post.label[:200],
        assignee_id=post.user_id,
    )


@transaction.atomic
def sign_for_case(*, actor: Actor, case: Case) -> Case:
    """Confirm that the receiver has the case.

    Raises:
        Refused: it is not with the actor, nor in an area they handle.
        WrongState: it was not just dispatched.
    """
    return _handle(actor, case, Action.SIGN_FOR)


@transaction.atomic
def return_case(*, actor: Actor, case: Case, reason: ReturnReason, note: str = "") -> Case:
    """Send the case back to the dispatcher with a reason. It counts for the catalogue of duties, not for the worker.

    Raises:
        Refused: it is not with the actor, nor in an area they handle.
        WrongState: it was already answered or sent back.
    """
    code = ReturnReason(reason).value
    nobody: dict[str, Any] = {"post_key": "", "post_label": "", "assignee_id": None}
    return _handle(actor, case, Action.RETURN, note=plain_text(note), reason=code, told={"reason": code}, **nobody)


@transaction.atomic
def reply_to_case(*, actor: Actor, case: Case, reply: str) -> Case:
    """Record what was done, in the words that the person who asked will read.

    Raises:
        InvalidInput: the reply is empty or too long.
        Refused: the case is not with the actor, nor in an area they handle.
        WrongState: it has not been signed for, or was answered already.
    """
    words = plain_text(reply)
    if not words:
        raise InvalidInput(_("Write what was done: the resident reads it."), field="reply")
    if len(words) > MOST_REPLY:
        raise InvalidInput(_("The reply has at most %(most)d characters.") % {"most": MOST_REPLY}, field="reply")
    return _handle(actor, case, Action.REPLY, reply=words, solved=None, satisfaction=None)


def _handle(actor: Actor, case: Case, action: Action, **step: Any) -> Case:
    case = locked(case)
    require(can_handle(actor, case))
    check_step(case, action)
    return take_step(case=case, action=action, actor=actor, **step)
