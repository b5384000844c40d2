"""Staff as far as an actor may see it: people, their positions, and the roles they hold."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from civicnet.access.holding import holding
from civicnet.access.models import Organisation, Position, User
from civicnet.access.scope import within
from civicnet.contract import Actor, NotFound

VIEW = "civicnet_access.view_people"
MANAGE = "civicnet_access.manage_people"


def visible_positions(actor: Actor) -> QuerySet[Position]:
    """Positions in the actor's area, past and coming ones too."""
    place = within(actor, VIEW) | within(actor, MANAGE)
    return Position.objects.filter(place).select_related("person", "role", "organisation")


def visible_people(actor: Actor) -> QuerySet[User]:
    """People with a position in the actor's area at any time; whoever never had one is the top's."""
    somewhere = Exists(visible_positions(actor).filter(person=OuterRef("pk")))
    if not _at_the_top(actor):
        return User.objects.filter(somewhere)
    return User.objects.filter(somewhere | ~Exists(Position.objects.filter(person=OuterRef("pk"))))


def person_for(actor: Actor, pk: int) -> User:
    """One of them.

    Raises:
        NotFound: there is none, or the actor may not know.
    """
    found = visible_people(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def position_for(actor: Actor, pk: int) -> Position:
    """A position in the actor's area.

    Raises:
        NotFound: there is none, or the actor may not know.
    """
    found = visible_positions(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def visible_roles(actor: Actor) -> QuerySet[Group]:
    """Roles, each with how many people of the actor's area hold it today (``people``)."""
    if not any(actor.may(one) for one in (VIEW, MANAGE, "civicnet_access.manage_roles")):
        return Group.objects.none()
    here = visible_positions(actor).filter(holding(), person__is_active=True).values("pk")
    counted = Count("positions__person", filter=Q(positions__in=here), distinct=True)
    return Group.objects.annotate(people=counted).order_by("pk")


def role_for(actor: Actor, pk: int) -> Group:
    """One of them.

    Raises:
        NotFound: there is none, or the actor may not know.
    """
    found = visible_roles(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def _at_the_top(actor: Actor) -> bool:
    paths = (*actor.paths(VIEW), *actor.paths(MANAGE))
    return actor.kind == "system" or any(len(path) <= Organisation.steplen for path in paths)
