"""What a reader of one organisation's page is told: its place, its level below, its history, who holds positions in it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from civicnet.access.holding import holding
from civicnet.access.models import Organisation, OrganisationEvent, Position
from civicnet.access.organisation_selectors import VIEW
from civicnet.access.organisation_tree import ADD, CHANGE
from civicnet.access.scope import EVERYWHERE, covers, within
from civicnet.access.staff import MANAGE as MANAGE_PEOPLE
from civicnet.access.staff import VIEW as VIEW_PEOPLE
from civicnet.contract import Actor, NotFound

ANY = (VIEW, ADD, CHANGE)


@dataclass(frozen=True, slots=True)
class Post:
    """A position held today; ``person`` is None for a reader who may know the post and not who holds it."""

    role: str
    person: str | None
    person_id: int | None


def shown_organisations(actor: Actor) -> QuerySet[Organisation]:
    """The organisations whose pages the actor may open: where they see, set up or change any."""
    here = within(actor, VIEW, field="") | within(actor, ADD, field="") | within(actor, CHANGE, field="")
    found: QuerySet[Organisation] = Organisation.objects.filter(here)
    return found


def shown_organisation(actor: Actor, pk: int) -> Organisation:
    """One of them.

    Raises:
        NotFound: there is none, or the actor may not open it.
    """
    one = shown_organisations(actor).filter(pk=pk).first()
    if one is None:
        raise NotFound()
    return one


def heads(actor: Actor) -> QuerySet[Organisation]:
    """Where the actor's tree begins: the roots, or the tops of their own subtrees."""
    paths = {path for permission in ANY for path in actor.paths(permission)}
    if actor.kind == "system" or EVERYWHERE in paths:
        roots: QuerySet[Organisation] = Organisation.objects.filter(depth=1).order_by("path")
        return roots
    tops = [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
    found: QuerySet[Organisation] = Organisation.objects.filter(path__in=tops).order_by("path")
    return found


def history(one: Organisation) -> QuerySet[OrganisationEvent]:
    """What happened to it, and what went up in it; the latest first. Ask for pages whose reader may open them."""
    found = OrganisationEvent.objects.filter(Q(organisation=one) | Q(into=one))
    return found.select_related("organisation", "from_parent", "to_parent", "into").order_by("-day", "-pk")


def posts_held(actor: Actor, one: Organisation) -> list[Post]:
    """Positions held there today; names only for those who look after people there."""
    named = covers(actor, VIEW_PEOPLE, one.path) or covers(actor, MANAGE_PEOPLE, one.path)
    held = Position.objects.filter(holding(), organisation=one, person__is_active=True).select_related("person", "role")
    return [
        Post(position.role.name, str(position.person) if named else None, position.person_id if named else None)
        for position in held.order_by("role__name", "person__username")
    ]
