"""Reading the audit: for whose post it is, and for nobody else."""

from __future__ import annotations

from django.db.models import QuerySet

from civicnet.contract import Actor
from civicnet.ledger.models import AuditRecord, AuditSeal

VIEW = "civicnet_ledger.view_auditrecord"


def visible_records(actor: Actor) -> QuerySet[AuditRecord]:
    """All audit records, or none: the audit has no place in the tree."""
    records: QuerySet[AuditRecord] = AuditRecord.objects.all()
    return records if actor.may(VIEW) else records.none()


def last_seal(actor: Actor) -> AuditSeal | None:
    """The newest seal."""
    found: AuditSeal | None = AuditSeal.objects.order_by("-number").first() if actor.may(VIEW) else None
    return found
