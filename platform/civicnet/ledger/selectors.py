"""Reading the audit: for whose post it is, and for nobody else; and counting deeds, in sums that tell of no person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Model, Q, QuerySet
from django.db.models.functions import Cast

from civicnet.contract import Actor
from civicnet.ledger.models import AuditRecord, AuditSeal
from civicnet.ledger.services import object_type

VIEW = "civicnet_ledger.view_auditrecord"


def visible_records(actor: Actor) -> QuerySet[AuditRecord]:
    """All audit records, or none: the audit has no place in the tree."""
    records: QuerySet[AuditRecord] = AuditRecord.objects.all()
    return records if actor.may(VIEW) else records.none()


def last_seal(actor: Actor) -> AuditSeal | None:
    """The newest seal."""
    found: AuditSeal | None = AuditSeal.objects.order_by("-number").first() if actor.may(VIEW) else None
    return found


def recorded_after(subject: Model, *, action: str) -> dict[str, Any]:
    """What the audit holds of a row after the first deed of this name; empty where there was none.

    For rows that are proved by it: whoever asks has found that the row is to be seen.
    """
    records = AuditRecord.objects.filter(action=action, object_type=object_type(subject), object_id=str(subject.pk))
    return records.order_by("pk").values_list("after", flat=True).first() or {}


def deeds_by_people(since: datetime, *, among: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How often people did something since then, by action; ``among`` says for each action to which rows it counts.

    One statement. What was done to rows that are gone is not counted: nobody can tell any more where they lay.
    """
    meant = Q(pk__in=[])
    for action, rows in among.items():
        keys = rows.order_by().annotate(key=Cast("pk", CharField(max_length=64))).values("key")
        meant |= Q(action=action, object_id__in=keys)
    found = AuditRecord.objects.filter(meant, action__in=[*among], at__gte=since, actor_kind="staff").order_by()
    return dict(found.values_list("action").annotate(Count("pk")))
