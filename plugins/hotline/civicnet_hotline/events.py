"""What other plugins hear of a case: one event for each kind of step."""

from __future__ import annotations

from dataclasses import dataclass

from civicnet.contract import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent(Event):
    """Base of the hotline's events: which case, and to which community it was routed, if to any."""

    case_id: int
    number: str
    organisation_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAccepted(CaseEvent):
    """A request was taken in and numbered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseQueued(CaseEvent):
    """No post is certain for the place: a dispatcher has to choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDispatched(CaseEvent):
    """The case was given to a post."""

    grid_code: str
    post_key: str
    assignee_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSignedFor(CaseEvent):
    """The receiver confirmed that they have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReturned(CaseEvent):
    """The receiver sent it back with a reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReplied(CaseEvent):
    """The work is done and the reply written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCompleted(CaseEvent):
    """The resident says that it is solved."""

    satisfaction: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(CaseEvent):
    """The resident says that it is not solved: the case is with its post again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWithdrawn(CaseEvent):
    """Whoever asked takes the request back."""
