"""Who may import, export, and touch a job."""

from __future__ import annotations

from civicnet.contract import Actor
from civicnet.exchange.models import ImportJob
from civicnet.exchange.resource import ImportResource

ADD = "civicnet_exchange.add_importjob"
VIEW = "civicnet_exchange.view_importjob"


def can_import(actor: Actor, resource: type[ImportResource]) -> bool:
    """Importing takes the right to import at all, and the right to these rows somewhere."""
    return actor.kind == "system" or (actor.may(ADD) and actor.may(resource.permission))


def can_export(actor: Actor, resource: type[ImportResource]) -> bool:
    """Exporting takes the right the resource names; without one there is no export."""
    return bool(resource.export_permission) and (actor.kind == "system" or actor.may(resource.export_permission))


def owns(actor: Actor, job: ImportJob) -> bool:
    """Only who uploaded a file goes on with it: the rows were checked against that person's area."""
    if actor.kind == "system":
        return job.owner_id is None
    return actor.kind == "staff" and actor.id == str(job.owner_id)
