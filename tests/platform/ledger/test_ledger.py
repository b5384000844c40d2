"""The ledger only grows, and only together with the deed."""

from __future__ import annotations

import pytest
from django.db import transaction

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation
from civicnet.ledger.models import AppendOnlyError, AuditRecord, ChangeRecord
from civicnet.ledger.services import record, record_changes


def test_a_deed_leaves_an_audit_record_and_a_change(city: dict[str, Organisation]) -> None:
    town = city["222403100"]

    with transaction.atomic():
        record(actor=SYSTEM, action="access.rename", subject=town, before={"name": "旧"}, reason="合并")

    audit = AuditRecord.objects.get(action="access.rename")
    assert (audit.actor_label, audit.object_type, audit.object_id, audit.object_label, audit.reason) == (
        "CivicNet",
        "civicnet_access.organisation",
        str(town.pk),
        "大石头镇",
        "合并",
    )
    assert ChangeRecord.objects.filter(object_id=str(town.pk)).order_by("id").last().operation == "UPSERT"


@pytest.mark.django_db(transaction=True)
def test_a_record_without_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record_changes(actor=SYSTEM, model=Organisation, ids=[1])

    assert ChangeRecord.objects.count() == 0


def test_a_deed_that_fails_leaves_no_record(city: dict[str, Organisation]) -> None:
    before = AuditRecord.objects.count()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(actor=SYSTEM, action="access.rename", subject=city["222403"])
        _ = 1 / 0

    assert AuditRecord.objects.count() == before


def test_history_is_neither_changed_nor_deleted(city: dict[str, Organisation]) -> None:
    kept = AuditRecord.objects.first()
    assert kept is not None

    with pytest.raises(AppendOnlyError):
        kept.save()
    with pytest.raises(AppendOnlyError):
        kept.delete()
    with pytest.raises(AppendOnlyError):
        AuditRecord.objects.all().delete()
    with pytest.raises(AppendOnlyError):
        AuditRecord.objects.update(reason="rewritten")

    assert AuditRecord.objects.get(pk=kept.pk).reason == kept.reason
