"""Positions: appointing people to roles in organisations, ending it, and letting groups follow the dates.

Wagtail decides by groups who writes and reviews; a person is in the groups of the roles they hold today.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.duties import check_person, hold_roles, is_boundless, is_top, is_wide
from civicnet.access.holding import holding, lasting
from civicnet.access.keeping import check_reason, somebody_stays
from civicnet.access.models import Organisation, Position, User
from civicnet.access.scope import covers
from civicnet.contract import Actor, Conflict, InvalidInput, Refused, require
from civicnet.ledger.services import record

MANAGE = "civicnet_access.manage_people"


@transaction.atomic
def appoint(
    *,
    person: User,
    role: Group,
    organisation: Organisation,
    valid_from: date,
    actor: Actor,
    reason: str = "",
    valid_to: date | None = None,
) -> Position:
    """Give a person a role in an organisation from a day on, and until another if one is given.

    Raises:
        Refused: the actor does not manage people there, or would appoint themselves.
        InvalidInput: no reason was given, the dates are in the wrong order, or the account is closed.
        Conflict: the role concerns the whole platform and the organisation is not at the top; it does, or works on
            websites, and the actor does not manage people everywhere; or it is held or was held from that day already.
        SeparatedDuties: beside what the person holds, the role would bring together what is kept apart.
    """
    require(covers(actor, MANAGE, organisation.path))
    # Held until the end: what is kept apart is asked of the person and the role as they are, not as they were.
    User.objects.select_for_update().get(pk=person.pk)
    hold_roles(person=person.pk, beside=role)
    if actor.kind != "system":
        _check_appointment(person, role, organisation, actor, reason)
    if valid_to is not None and valid_to <= valid_from:
        raise InvalidInput(_("The end comes after the beginning."), field="valid_to")
    position, created = Position.objects.get_or_create(
        person=person, role=role, organisation=organisation, valid_from=valid_from, defaults={"valid_to": valid_to}
    )
    if not created:
        _check_past(position, actor)
    before = {} if created else _plain(position)
    if created or position.valid_to != valid_to:
        position.valid_to = valid_to
        position.save(update_fields=["valid_to"])
        follow(person)
        record(
            actor=actor, action="access.appoint", subject=position, before=before, after=_plain(position), reason=reason
        )
    return position


@transaction.atomic
def end_position(*, position: Position, on: date, actor: Actor, reason: str) -> None:
    """Let a position end: from this day on it is not held, so that today takes effect with the next request.

    Raises:
        Refused: the actor does not manage people there.
        InvalidInput: no reason was given, the day has passed, or the position ends earlier already.
        Conflict: the position has ended already, or nobody could manage people any more.
    """
    require(covers(actor, MANAGE, position.organisation.path))
    position = Position.objects.select_for_update().get(pk=position.pk)
    if actor.kind != "system":
        _check_end(position, on, reason)
    before = _plain(position)
    # A position that has not begun and never will is held from its first day to its first day.
    position.valid_to = max(on, position.valid_from)
    with somebody_stays(actor):
        position.save(update_fields=["valid_to"])
        follow(position.person)
    record(
        actor=actor,
        action="access.end_position",
        subject=position,
        before=before,
        after=_plain(position),
        reason=reason,
    )


def follow(person: User) -> None:
    """Put a person into the groups of the roles they hold today, and out of those they held or will hold."""
    roles = dict.fromkeys(Position.objects.filter(person=person).values_list("role_id", flat=True), False)
    roles |= dict.fromkeys(Position.objects.filter(holding(), person=person).values_list("role_id", flat=True), True)
    person.groups.add(*(role for role, held in roles.items() if held))
    person.groups.remove(*(role for role, held in roles.items() if not held))


@transaction.atomic
def settle_groups(*, actor: Actor, day: date | None = None) -> dict[str, int]:
    """Let everybody's groups follow the dates of their positions; returns how many were joined and left.

    What a change of date does by itself, every night; a membership that no position gives is taken away.
    """
    require(actor.kind == "system")
    membership: Any = User.groups.through
    held = set(Position.objects.filter(holding(day), person__is_active=True).values_list("person_id", "role_id"))
    known = {(person, group): pk for pk, person, group in membership.objects.values_list("pk", "user_id", "group_id")}
    gone, come = known.keys() - held, held - known.keys()
    membership.objects.filter(pk__in=[known[pair] for pair in gone]).delete()
    membership.objects.bulk_create(
        [membership(user_id=person, group_id=group) for person, group in sorted(come)], ignore_conflicts=True
    )
    for person in User.objects.filter(pk__in={one for one, _group in gone | come}).order_by("pk"):
        joined, left = _names(come, person.pk), _names(gone, person.pk)
        after = {"joined": joined, "left": left}
        record(actor=actor, action="access.settle_groups", subject=person, after=after)
    return {"joined": len(come), "left": len(gone)}


def _names(pairs: set[tuple[int, int]], person: int) -> list[str]:
    groups = [group for one, group in pairs if one == person]
    return sorted(Group.objects.filter(pk__in=groups).values_list("name", flat=True)) if groups else []


def _check_appointment(person: User, role: Group, organisation: Organisation, actor: Actor, reason: str) -> None:
    check_reason(reason)
    if actor.kind == "staff" and actor.id == str(person.pk):
        raise Refused(_("Nobody appoints themselves: ask a colleague."), code="NOT_FOR_YOURSELF")
    if not person.is_active:
        raise InvalidInput(_("This account is closed. Open it again first."), field="person")
    if is_wide(role) and not is_top(organisation):
        raise Conflict(
            _("%(role)s concerns the whole platform: it is held at the top organisation only.") % {"role": role.name},
            code="WIDE_PERMISSION",
            field="organisation",
        )
    if (is_wide(role) or is_boundless(role)) and not _manages_everywhere(actor):
        raise Conflict(
            _("%(role)s reaches beyond any part of the tree: who manages people everywhere appoints.")
            % {"role": role.name},
            code="WIDE_PERMISSION",
            field="role",
        )
    if Position.objects.filter(lasting(), person=person, role=role, organisation=organisation).exists():
        raise Conflict(_("%(person)s holds this role there already.") % {"person": person}, field="role")
    check_person(person=person.pk, whose=str(person), role=role)


def _manages_everywhere(actor: Actor) -> bool:
    # There may be several roots, each a top of its own.
    roots = Organisation.objects.filter(depth=1).values_list("path", flat=True)
    return all(covers(actor, MANAGE, path) for path in roots)


def _check_past(position: Position, actor: Actor) -> None:
    # One that ended before it began was never held; it may be held after all.
    if actor.kind != "system" and position.valid_to is not None and position.valid_to > position.valid_from:
        raise Conflict(
            _("They held this role there from that day on, and it ended: choose a later day."), field="valid_from"
        )


def _check_end(position: Position, on: date, reason: str) -> None:
    check_reason(reason)
    today = timezone.localdate()
    if position.valid_to is not None and position.valid_to <= max(today, position.valid_from):
        raise Conflict(_("This position has ended already."))
    if on < today:
        raise InvalidInput(_("The past stays as it was: choose today or a later day."), field="on")
    if position.valid_to is not None and on > position.valid_to:
        # Else an end would be a way to go on, past everything that appointing asks.
        raise InvalidInput(_("It ends earlier already. To let it go on, appoint them anew."), field="on")


def _plain(position: Position) -> dict[str, str | None]:
    return {
        "role": position.role.name,
        "organisation": position.organisation.code,
        "valid_from": position.valid_from.isoformat(),
        "valid_to": position.valid_to.isoformat() if position.valid_to else None,
    }
