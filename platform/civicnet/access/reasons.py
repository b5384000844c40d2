"""Reasons: why a person may do something somewhere, and since when; the sentence behind every cell of the matrix."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import Permission

from civicnet.access.duties import permissions_of_roles
from civicnet.access.holding import holding
from civicnet.access.models import Organisation, Position, User
from civicnet.access.staff import visible_positions
from civicnet.contract import Actor


@dataclass(frozen=True, slots=True)
class Reason:
    """A permission, held by a role in an organisation and everything below it, from a day until another or without end."""

    permission: str
    person: str
    person_id: int
    role: str
    role_id: int
    organisation: str
    path: str
    since: date
    until: date | None


def why(who: Actor | User, permission: str, organisation: Organisation | None = None) -> list[Reason]:
    """Why somebody may do this today, in an organisation or anywhere; empty when they may not. Two statements."""
    return [
        one
        for one in reasons_of(who).get(permission, [])
        if organisation is None or organisation.path.startswith(one.path)
    ]


def reasons_of(who: Actor | User, *, seen_by: Actor | None = None) -> dict[str, list[Reason]]:
    """Everything somebody may do today, each permission with its reasons. Two statements.

    ``seen_by`` leaves out what they may by positions outside another actor's area.
    """
    if isinstance(who, Actor) and who.kind != "staff":
        return {}
    pk = int(who.id) if isinstance(who, Actor) else who.pk
    shown = Position.objects.all() if seen_by is None else visible_positions(seen_by)
    positions = shown.filter(holding(), person_id=pk, person__is_active=True)
    return _by_permission(positions.select_related("person", "role", "organisation").order_by("valid_from", "pk"))


def who_may(actor: Actor, permission: str, organisation: Organisation | None = None) -> list[Reason]:
    """Who may do this today, as far as the actor may see: in an organisation, those nearest to it first, or anywhere."""
    app, _dot, codename = permission.partition(".")
    roles = Permission.objects.filter(content_type__app_label=app, codename=codename).values("group")
    found = visible_positions(actor).filter(holding(), role__in=roles, person__is_active=True)
    if organisation is not None:
        steps = range(Organisation.steplen, len(organisation.path) + 1, Organisation.steplen)
        found = found.filter(organisation__path__in=[organisation.path[:step] for step in steps])
    order = "-organisation__path" if organisation is not None else "organisation__path"
    return [_reason(permission, position) for position in found.order_by(order, "person__full_name", "pk")]


def _by_permission(positions: Iterable[Position]) -> dict[str, list[Reason]]:
    found = list(positions)
    held = permissions_of_roles({one.role_id for one in found})
    reasons: dict[str, list[Reason]] = defaultdict(list)
    for position in found:
        for permission in sorted(held.get(position.role_id, ())):
            reasons[permission].append(_reason(permission, position))
    return dict(reasons)


def _reason(permission: str, position: Position) -> Reason:
    return Reason(
        permission=permission,
        person=str(position.person),
        person_id=position.person_id,
        role=position.role.name,
        role_id=position.role_id,
        organisation=position.organisation.name,
        path=position.organisation.path,
        since=position.valid_from,
        until=position.valid_to,
    )
