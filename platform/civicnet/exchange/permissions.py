"""Who may import, export, touch a job, and ask for or decide on full values."""

from __future__ import annotations

from django.db.models import Q

from civicnet.access.scope import EVERYWHERE, covers, within
from civicnet.contract import Actor
from civicnet.exchange.models import DisclosureRequest, ImportJob
from civicnet.exchange.resource import ImportResource

ADD = "civicnet_exchange.add_importjob"
VIEW = "civicnet_exchange.view_importjob"
ASK = "civicnet_exchange.add_disclosurerequest"
DECIDE = "civicnet_exchange.approve_disclosure"
VIEW_BURDEN = "civicnet_exchange.view_burden"


def borne_within(actor: Actor, *, field: str = "organisation") -> Q:
    """The condition for rows whose burden lies where the actor may see burdens.

    What belongs to no organisation is borne by the platform as a whole: whoever sees all of it sees that too.
    """
    found = within(actor, VIEW_BURDEN, field=field)
    return found | Q(**{f"{field}__isnull": True}) if EVERYWHERE in actor.paths(VIEW_BURDEN) else found


def can_import(actor: Actor, resource: type[ImportResource]) -> bool:
    """Importing takes the right to import at all, and the right to these rows somewhere; what only goes out takes nobody."""
    if not resource.permission:
        return False
    return actor.kind == "system" or (actor.may(ADD) and actor.may(resource.permission))


def can_upload(actor: Actor) -> bool:
    """Only clients send files by a key; people have the pages, and a host its command."""
    return actor.kind == "client" and actor.may(ADD)


def can_export(actor: Actor, resource: type[ImportResource]) -> bool:
    """Exporting takes the right the resource names; without one there is no export."""
    return bool(resource.export_permission) and (actor.kind == "system" or actor.may(resource.export_permission))


def owns(actor: Actor, job: ImportJob) -> bool:
    """Only who uploaded a file goes on with it: the rows were checked against the area of that person or client."""
    if actor.kind == "system":
        return job.owner_id is None and job.client_id is None
    if actor.kind == "client":
        return actor.id == str(job.client_id)
    return actor.kind == "staff" and actor.id == str(job.owner_id)


def needed_to_disclose(resource: type[ImportResource]) -> tuple[str, ...]:
    """All that a person must hold over an area to take full values out of it; nothing where the resource has no such export."""
    if not (resource.export_permission and resource.disclosure_permissions):
        return ()
    return (ASK, resource.export_permission, *resource.disclosure_permissions)


def can_disclose(actor: Actor, resource: type[ImportResource], path: str) -> bool:
    """Whether the actor may ask for full values of the subtree under this path; only people may."""
    needed = needed_to_disclose(resource)
    return actor.kind == "staff" and bool(needed) and all(covers(actor, one, path) for one in needed)


def asked(actor: Actor, request: DisclosureRequest) -> bool:
    """Whether it is the actor's own request."""
    return actor.kind == "staff" and actor.id == str(request.requester_id)


def can_decide(actor: Actor, request: DisclosureRequest) -> bool:
    """Whether the actor is the second person: holds the right over the same subtree, and did not ask."""
    return actor.kind == "staff" and not asked(actor, request) and covers(actor, DECIDE, request.organisation.path)
