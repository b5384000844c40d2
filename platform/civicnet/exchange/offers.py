"""Offers: which resources the plugins that are on bring, and which of them an actor may use."""

from __future__ import annotations

from django.db.models import Q

from civicnet.access.models import Organisation
from civicnet.access.scope import EVERYWHERE
from civicnet.contract import Actor
from civicnet.exchange.calendar_days import CalendarDayResource
from civicnet.exchange.errors import ResourceOff
from civicnet.exchange.organisations import OrganisationResource
from civicnet.exchange.permissions import can_disclose, can_export, can_import, needed_to_disclose
from civicnet.exchange.resource import ImportResource
from civicnet.lifecycle.hooks import collect


def offered() -> dict[str, type[ImportResource]]:
    """Resources by key: the host's own, and those of the plugins that are on."""
    return {one.key: one for one in (OrganisationResource, CalendarDayResource)} | {
        resource.key: resource
        for one in collect("resources")
        for resource in one.value
        if issubclass(resource, ImportResource)
    }


def resource_named(key: str) -> type[ImportResource]:
    """The resource with this key.

    Raises:
        ResourceOff: its plugin is off or gone.
    """
    try:
        return offered()[key]
    except KeyError as error:
        raise ResourceOff() from error


def importable(actor: Actor) -> list[type[ImportResource]]:
    """What the actor may import."""
    return [one for one in offered().values() if can_import(actor, one)]


def exportable(actor: Actor) -> list[type[ImportResource]]:
    """What the actor may export."""
    return [one for one in offered().values() if can_export(actor, one)]


def disclosable(actor: Actor) -> list[type[ImportResource]]:
    """What the actor may ask for with full values, somewhere."""
    return [one for one in offered().values() if areas_to_disclose(actor, one)]


def areas_to_disclose(actor: Actor, resource: type[ImportResource]) -> list[str]:
    """Paths of the largest subtrees for which the actor may ask for full values."""
    held = {path for permission in needed_to_disclose(resource) for path in actor.paths(permission)}
    allowed = sorted(path for path in held if can_disclose(actor, resource, path))
    return [path for path in allowed if not any(path != one and path.startswith(one) for one in allowed)]


def places_to_disclose(actor: Actor, resource: type[ImportResource]) -> list[Organisation]:
    """Those areas and the organisations right below them, in the order of the tree: what a request can be about."""
    wanted = Q(pk__in=[])
    for path in areas_to_disclose(actor, resource):
        if path == EVERYWHERE:
            path = Organisation.get_first_root_node().path
        below = len(path) + Organisation.steplen
        wanted |= Q(path=path) | Q(
            path__range=(path, path + "Z" * Organisation.steplen), depth=below // Organisation.steplen
        )
    return list(Organisation.objects.filter(wanted).order_by("path"))
