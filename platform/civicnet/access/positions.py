"""Positions: appointing people to roles in organisations, and ending it."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import Group
from django.db import transaction

from civicnet.access.models import Organisation, Position, User
from civicnet.contract import Actor
from civicnet.ledger.services import record


@transaction.atomic
def appoint(
    *, person: User, role: Group, organisation: Organisation, valid_from: date, actor: Actor, reason: str = ""
) -> Position:
    """Give a person a role in an organisation from a day on.

    The person also joins the role's group, by which Wagtail decides which screens and pages they see.
    """
    position, created = Position.objects.get_or_create(
        person=person, role=role, organisation=organisation, valid_from=valid_from
    )
    person.groups.add(role)
    if created:
        record(actor=actor, action="access.appoint", subject=position, after=_plain(position), reason=reason)
    return position


@transaction.atomic
def end_position(*, position: Position, on: date, actor: Actor, reason: str) -> None:
    """Let a position end after a day. The group is left once no other position of the person needs it."""
    before = _plain(position)
    position.valid_to = on
    position.full_clean()
    position.save(update_fields=["valid_to"])
    if not Position.objects.filter(person=position.person, role=position.role, valid_to__isnull=True).exists():
        position.person.groups.remove(position.role)
    record(
        actor=actor,
        action="access.end_position",
        subject=position,
        before=before,
        after=_plain(position),
        reason=reason,
    )


def _plain(position: Position) -> dict[str, str | None]:
    return {
        "role": position.role.name,
        "organisation": position.organisation.code,
        "valid_from": position.valid_from.isoformat(),
        "valid_to": position.valid_to.isoformat() if position.valid_to else None,
    }
