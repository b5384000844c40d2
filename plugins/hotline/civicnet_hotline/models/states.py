"""The way of a case: its states, the steps between them in one table, and what Open311 calls each state."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import pgettext_lazy


class CaseState(models.TextChoices):
    """Where a case stands."""

    ACCEPTED = "ACCEPTED", pgettext_lazy("case state", "accepted")
    TO_DISPATCH = "TO_DISPATCH", pgettext_lazy("case state", "to be dispatched")
    DISPATCHED = "DISPATCHED", pgettext_lazy("case state", "dispatched")
    SIGNED_FOR = "SIGNED_FOR", pgettext_lazy("case state", "signed for")
    REPLIED = "REPLIED", pgettext_lazy("case state", "replied")
    COMPLETED = "COMPLETED", pgettext_lazy("case state", "completed")
    RETURNED = "RETURNED", pgettext_lazy("case state", "returned")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("case state", "withdrawn")


# GeoReport v2 knows two: "open: it has been reported" and "closed: it has been resolved".
CLOSED_STATES = (CaseState.COMPLETED, CaseState.WITHDRAWN)
OPEN_STATES = tuple(state for state in CaseState if state not in CLOSED_STATES)


class Action(models.TextChoices):
    """What was done in a step; the verbs of the glossary."""

    ACCEPT = "ACCEPT", pgettext_lazy("case action", "Accepted and numbered")
    QUEUE = "QUEUE", pgettext_lazy("case action", "Left for a dispatcher")
    DISPATCH = "DISPATCH", pgettext_lazy("case action", "Dispatched")
    HAND_OVER = "HAND_OVER", pgettext_lazy("case action", "Handed over to who is on duty")
    SIGN_FOR = "SIGN_FOR", pgettext_lazy("case action", "Signed for")
    RETURN = "RETURN", pgettext_lazy("case action", "Returned")
    REPLY = "REPLY", pgettext_lazy("case action", "Handled and replied")
    COMPLETE = "COMPLETE", pgettext_lazy("case action", "Followed up: solved")
    REOPEN = "REOPEN", pgettext_lazy("case action", "Followed up: not solved yet")
    WITHDRAW = "WITHDRAW", pgettext_lazy("case action", "Withdrawn")


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states a step may be taken, and where it leads."""

    sources: frozenset[str]
    target: CaseState


def _from(*sources: CaseState, to: CaseState) -> Transition:
    return Transition(frozenset(sources), to)


_S = CaseState
TRANSITIONS: dict[Action, Transition] = {
    Action.ACCEPT: Transition(frozenset({""}), _S.ACCEPTED),
    Action.QUEUE: _from(_S.ACCEPTED, to=_S.TO_DISPATCH),
    Action.DISPATCH: _from(_S.ACCEPTED, _S.TO_DISPATCH, _S.RETURNED, to=_S.DISPATCHED),
    Action.HAND_OVER: _from(_S.DISPATCHED, to=_S.DISPATCHED),
    Action.SIGN_FOR: _from(_S.DISPATCHED, to=_S.SIGNED_FOR),
    Action.RETURN: _from(_S.DISPATCHED, _S.SIGNED_FOR, to=_S.RETURNED),
    Action.REPLY: _from(_S.SIGNED_FOR, to=_S.REPLIED),
    Action.COMPLETE: _from(_S.REPLIED, to=_S.COMPLETED),
    Action.REOPEN: _from(_S.REPLIED, to=_S.DISPATCHED),
    Action.WITHDRAW: _from(_S.TO_DISPATCH, _S.DISPATCHED, _S.SIGNED_FOR, _S.RETURNED, to=_S.WITHDRAWN),
}


class ReturnReason(models.TextChoices):
    """Why a receiver sends a case back; each says what the dispatcher should do next."""

    OTHER_AREA = "OTHER_AREA", pgettext_lazy("return reason", "The place is not in my grid")
    OTHER_DUTY = "OTHER_DUTY", pgettext_lazy("return reason", "This is a department's duty, not a grid's")
    UNCLEAR = "UNCLEAR", pgettext_lazy("return reason", "The place or the matter is not clear")
