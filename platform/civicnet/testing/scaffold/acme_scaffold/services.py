"""Writing: each act checks, changes and records, in one transaction."""

from __future__ import annotations

from datetime import date

from civicnet.access.models import Organisation
from civicnet.contract import Actor, InvalidInput, require
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from django.db import transaction
from django.utils.translation import gettext as _

from acme_scaffold.errors import CodeTaken, PointClosed
from acme_scaffold.events import ServicePointClosed, ServicePointKept
from acme_scaffold.models import ServicePoint
from acme_scaffold.permissions import can_keep


@transaction.atomic
def keep_point(
    *, actor: Actor, organisation: Organisation, code: str, name: str, address: str, hours: str = ""
) -> ServicePoint:
    """Put a point on file under its code, or correct what is on file; saying the same twice changes nothing.

    Raises:
        Refused: the actor may not keep points of this organisation.
        InvalidInput: code, name or address is empty; ``field`` says which.
        CodeTaken: another organisation has a point with this code.
    """
    require(can_keep(actor, organisation))
    facts = {"name": name.strip(), "address": address.strip(), "hours": hours.strip()}
    for field, value in (("code", code.strip()), ("name", facts["name"]), ("address", facts["address"])):
        if not value:
            raise InvalidInput(_("Fill in code, name and address of the service point."), field=field)
    point = ServicePoint.objects.select_for_update().filter(code=code.strip()).first()
    if point is None:
        point = ServicePoint(code=code.strip(), organisation=organisation)
    elif point.organisation_id != organisation.pk:
        raise CodeTaken(field="code")
    before = {field: getattr(point, field) for field in facts} if point.pk else {}
    if before == facts:
        return point
    for field, value in facts.items():
        setattr(point, field, value)
    point.full_clean()
    point.save()
    record(actor=actor, action="scaffold.keep_point", subject=point, before=before, after=facts)
    announce(ServicePointKept(point_id=point.pk, code=point.code))
    return point


@transaction.atomic
def close_point(*, actor: Actor, point: ServicePoint, on: date, reason: str) -> ServicePoint:
    """Close a point from a day on; the row stays, and residents do not see it any more.

    Raises:
        Refused: the actor may not keep points of its organisation.
        InvalidInput: no reason was given.
        PointClosed: it is closed already.
    """
    point = ServicePoint.objects.select_for_update().select_related("organisation").get(pk=point.pk)
    require(can_keep(actor, point.organisation))
    if not reason.strip():
        raise InvalidInput(_("Say why the service point is closed."), field="reason")
    if point.closed_on is not None:
        raise PointClosed()
    point.closed_on = on
    point.save(update_fields=["closed_on"])
    record(
        actor=actor,
        action="scaffold.close_point",
        subject=point,
        before={"closed_on": None},
        after={"closed_on": on.isoformat()},
        reason=reason,
    )
    announce(ServicePointClosed(point_id=point.pk, code=point.code))
    return point
