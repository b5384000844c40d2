"""Reading: the only way to rows, for pages, screens, GraphQL and exports alike."""

from __future__ import annotations

from collections.abc import Sequence

from civicnet.access.models import Organisation
from civicnet.access.scope import under, within
from civicnet.contract import Actor
from django.db.models import Q, QuerySet

from acme_scaffold.models import ServicePoint
from acme_scaffold.permissions import KEEP, VIEW


def visible_points(actor: Actor) -> QuerySet[ServicePoint]:
    """Open points are for everybody; closed ones for whoever may see the points of their area."""
    return ServicePoint.objects.filter(Q(closed_on__isnull=True) | within(actor, VIEW))


def points_of_area(actor: Actor) -> QuerySet[ServicePoint]:
    """The points of the organisations over which the actor may see them, open or closed."""
    return ServicePoint.objects.filter(within(actor, VIEW))


def points_under(paths: Sequence[str]) -> QuerySet[ServicePoint]:
    """The open points of these areas, counted for whoever designs a form; none of them is read."""
    return ServicePoint.objects.filter(under(paths), closed_on__isnull=True)


def places_to_keep(actor: Actor) -> QuerySet[Organisation]:
    """The organisations whose points the actor may keep, in the order of the tree."""
    places: QuerySet[Organisation] = Organisation.objects.filter(within(actor, KEEP, field="")).order_by("path")
    return places
