"""Offers: which resources the plugins that are on bring, and which of them an actor may use."""

from __future__ import annotations

from civicnet.contract import Actor
from civicnet.exchange.errors import ResourceOff
from civicnet.exchange.permissions import can_export, can_import
from civicnet.exchange.resource import ImportResource
from civicnet.lifecycle.hooks import collect


def offered() -> dict[str, type[ImportResource]]:
    """Resources by key, of the plugins that are on."""
    return {
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
