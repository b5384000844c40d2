"""Reading: the only way to rows, for pages, screens, GraphQL and exports alike."""

from __future__ import annotations

from collections.abc import Sequence

from civicnet.access.models import Organisation
from civicnet.access.scope import subtree, under, within
from civicnet.contract import Actor
from django.db.models import Q, QuerySet

from acme_station.models import Station
from acme_station.permissions import KEEP, VIEW


def visible_stations(actor: Actor) -> QuerySet[Station]:
    """Open stations are for everybody; closed ones for whoever may see the stations of their area."""
    return Station.objects.filter(Q(closed_on__isnull=True) | within(actor, VIEW))


def stations_of_area(actor: Actor) -> QuerySet[Station]:
    """The stations of the organisations over which the actor may see them, open or closed."""
    return Station.objects.filter(within(actor, VIEW))


def stations_to_close(actor: Actor) -> QuerySet[Station]:
    """The open stations that the actor keeps, and so may close."""
    return Station.objects.filter(within(actor, KEEP), closed_on__isnull=True)


def open_stations_under(path: str) -> QuerySet[Station]:
    """The open stations of an organisation and all below it, for acts on the tree: counted, told to nobody."""
    return Station.objects.filter(subtree(path), closed_on__isnull=True)


def stations_under(paths: Sequence[str]) -> QuerySet[Station]:
    """The open stations of these areas, counted for whoever designs a form; none of them is read."""
    return Station.objects.filter(under(paths), closed_on__isnull=True)


def places_to_keep(actor: Actor) -> QuerySet[Organisation]:
    """The organisations whose stations the actor may keep, in the order of the tree."""
    places: QuerySet[Organisation] = Organisation.objects.filter(within(actor, KEEP, field="")).order_by("path")
    return places
