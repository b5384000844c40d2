"""People: accounts that are opened with a first position, renamed, closed, and given a new password.

Whoever manages an account must manage every place its person works in: else a small office could take over a large one's
account by resetting its password.
"""

from __future__ import annotations

import re
import secrets
from datetime import date

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.access.holding import lasting
from civicnet.access.keeping import check_reason, somebody_stays
from civicnet.access.models import Organisation, Position, User
from civicnet.access.positions import MANAGE, appoint, follow
from civicnet.access.scope import covers
from civicnet.contract import Actor, InvalidInput, Refused, require
from civicnet.ledger.services import record

_USERNAME = re.compile(r"[\w.@+-]{3,150}")
# Neither 0 nor O, neither 1 nor l: it is read aloud once and typed once.
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@transaction.atomic
def create_person(
    *,
    username: str,
    full_name: str,
    role: Group,
    organisation: Organisation,
    valid_from: date,
    actor: Actor,
    reason: str,
    valid_to: date | None = None,
) -> tuple[User, str]:
    """Open an account with its first position; returns it with a password that must be changed at the first sign-in.

    Raises:
        Refused: the actor does not manage people in the organisation.
        InvalidInput: a name is missing or taken, or no reason was given.
    """
    require(covers(actor, MANAGE, organisation.path))
    check_reason(reason)
    if not _USERNAME.fullmatch(username):
        raise InvalidInput(_("Use at least 3 letters, digits or the signs . @ + - _"), field="username")
    if User.objects.filter(username__iexact=username).exists():
        raise InvalidInput(_("This account name is taken."), field="username")
    person = User(username=username, full_name=_name(full_name))
    password = _fresh_password(person)
    person.save()
    record(actor=actor, action="access.create_person", subject=person, after={"username": username}, reason=reason)
    appoint(
        person=person,
        role=role,
        organisation=organisation,
        valid_from=valid_from,
        valid_to=valid_to,
        actor=actor,
        reason=reason,
    )
    return person, password


@transaction.atomic
def rename_person(*, person: User, full_name: str, actor: Actor, reason: str = "") -> None:
    """Write a person's name anew; everybody may write their own.

    Raises:
        Refused: the actor does not manage this account.
        InvalidInput: the name is empty.
    """
    require(is_own(actor, person) or can_manage(actor, person))
    before, person.full_name = person.full_name, _name(full_name)
    if before == person.full_name:
        return
    person.save(update_fields=["full_name"])
    # Names are personal: what changed says the account itself.
    record(actor=actor, action="access.rename_person", subject=person, reason=reason)


@transaction.atomic
def reset_password(*, person: User, actor: Actor, reason: str) -> str:
    """Give an account a new password, which is shown once and must be changed; it ends all sessions of the person.

    Raises:
        Refused: the actor does not manage this account, or it is their own.
        InvalidInput: no reason was given.
    """
    _require_managed(actor, person)
    check_reason(reason)
    password = _fresh_password(person)
    person.session_round += 1
    person.save(update_fields=["password", "must_change_password", "session_round"])
    record(actor=actor, action="access.reset_password", subject=person, reason=reason)
    return password


@transaction.atomic
def deactivate_person(*, person: User, actor: Actor, reason: str) -> None:
    """Close an account: it cannot sign in, and its sessions end. Positions stay as they were.

    Raises:
        Refused: the actor does not manage this account, or it is their own.
        InvalidInput: no reason was given.
        LastManager: nobody could manage people any more.
    """
    _switch(person, active=False, actor=actor, reason=reason)


@transaction.atomic
def reactivate_person(*, person: User, actor: Actor, reason: str) -> None:
    """Open a closed account again.

    Raises:
        Refused: the actor does not manage this account, or it is their own.
        InvalidInput: no reason was given.
    """
    _switch(person, active=True, actor=actor, reason=reason)


def can_manage(actor: Actor, person: User) -> bool:
    """Whether the actor manages every place this person works in or will; whoever works nowhere is the top's."""
    if actor.kind == "system":
        return True
    if person.is_superuser:
        return False
    places = list(Position.objects.filter(lasting(), person=person).values_list("organisation__path", flat=True))
    return all(covers(actor, MANAGE, path) for path in places or [_top()])


def is_own(actor: Actor, person: User) -> bool:
    """Whether this is the actor's own account."""
    return actor.kind == "staff" and actor.id == str(person.pk)


def _switch(person: User, *, active: bool, actor: Actor, reason: str) -> None:
    _require_managed(actor, person)
    check_reason(reason)
    # Before the roles, as in appointing: two acts at once wait for each other in one order.
    User.objects.select_for_update().get(pk=person.pk)
    if person.is_active == active:
        return
    with somebody_stays(actor):
        person.is_active = active
        person.session_round += 0 if active else 1
        person.save(update_fields=["is_active", "session_round"])
        if active:
            follow(person)
        else:
            person.groups.clear()
    action = "access.reactivate_person" if active else "access.deactivate_person"
    record(
        actor=actor,
        action=action,
        subject=person,
        before={"active": not active},
        after={"active": active},
        reason=reason,
    )


def _require_managed(actor: Actor, person: User) -> None:
    if is_own(actor, person):
        raise Refused(_("Not with your own account: ask a colleague."), code="NOT_FOR_YOURSELF")
    require(can_manage(actor, person))


def _fresh_password(person: User) -> str:
    password = "-".join("".join(secrets.choice(_LETTERS) for _sign in range(4)) for _group in range(4))
    person.set_password(password)
    person.must_change_password = True
    return password


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > 100:
        raise InvalidInput(_("Give a name of up to 100 signs."), field="full_name")
    return name


def _top() -> str:
    top = Organisation.objects.filter(depth=1).values_list("path", flat=True).first()
    return str(top or "")
