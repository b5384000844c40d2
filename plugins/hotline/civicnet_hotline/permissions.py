"""Who may do what with a case: every question in one place."""

from __future__ import annotations

from civicnet.access.models import Organisation
from civicnet.access.scope import covers
from civicnet.contract import Actor
from civicnet_hotline.models import Case, Source

VIEW = "civicnet_hotline.view_case"
SUBMIT = "civicnet_hotline.submit_case"
DISPATCH = "civicnet_hotline.dispatch_case"
HANDLE = "civicnet_hotline.handle_case"
FOLLOW_UP = "civicnet_hotline.follow_up_case"
CATEGORIES = "civicnet_hotline.change_category"


def can_open_category(actor: Actor) -> bool:
    """Whether the actor decides what residents may choose from."""
    return actor.kind == "system" or actor.may(CATEGORIES)


def can_submit(actor: Actor, source: Source) -> bool:
    """The website's form is open to everybody; portals need the scope, and who takes calls the permission."""
    if source == Source.WEB:
        return True
    kind = "staff" if source == Source.PHONE else "client"
    return actor.kind == "system" or (actor.kind == kind and actor.may(SUBMIT))


def can_dispatch(actor: Actor, case: Case) -> bool:
    """Whether the actor chooses posts for cases of this area; cases that were never routed are the city's."""
    return _holds_over(actor, DISPATCH, case)


def can_dispatch_to(actor: Actor, organisation: Organisation) -> bool:
    """Whether the actor may give cases to posts of this community."""
    return covers(actor, DISPATCH, organisation.path)


def can_handle(actor: Actor, case: Case) -> bool:
    """Whether the case is with the actor, or in an area whose office handles for posts without an account."""
    return is_with(actor, case) or _holds_over(actor, HANDLE, case)


def can_follow_up(actor: Actor, case: Case) -> bool:
    """Whether the actor asks residents back in this area."""
    return _holds_over(actor, FOLLOW_UP, case)


def can_withdraw(actor: Actor, case: Case) -> bool:
    """The portal that submitted it takes it back for the resident; for a caller, the dispatcher does."""
    if actor.kind == "client":
        return actor.may(SUBMIT) and str(case.client_id) == actor.id
    return can_dispatch(actor, case)


def can_reach_caller(actor: Actor, case: Case) -> bool:
    """Whether the actor's work on this case may need the caller's number."""
    return can_handle(actor, case) or can_follow_up(actor, case) or can_dispatch(actor, case)


def is_with(actor: Actor, case: Case) -> bool:
    """Whether the case lies on the actor's own desk."""
    return actor.kind == "staff" and case.assignee_id is not None and str(case.assignee_id) == actor.id


def holds_at_city_level(actor: Actor, permission: str) -> bool:
    """Whether the permission is held at the root of the tree, where everything unassigned belongs."""
    return actor.kind == "system" or any(len(path) <= Organisation.steplen for path in actor.paths(permission))


def _holds_over(actor: Actor, permission: str, case: Case) -> bool:
    if case.organisation is None:
        return holds_at_city_level(actor, permission)
    return covers(actor, permission, case.organisation.path)
