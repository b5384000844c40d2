"""Orphans: rows whose row of the host went while their plugin did not load are counted, shown, and mended by their rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO

import pytest
import shed
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from shed import Loan, Tool

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation, User
from civicnet.contract import InvalidInput
from civicnet.ledger.models import AuditRecord, ChangeRecord
from civicnet.lifecycle.mending import mend_orphans
from civicnet.lifecycle.models import PluginFault
from civicnet.lifecycle.orphans import note_orphans, orphans
from civicnet.lifecycle.schedules import schedules

pytestmark = pytest.mark.django_db


@pytest.fixture
def loans(city: dict[str, Organisation]) -> Iterator[dict[str, Loan]]:
    """One loan to somebody who goes, one given by them, one of others; a tool of an organisation that goes."""
    shed.make_tables()
    shed.keep_inventory()
    lost, kept = (User.objects.create_user(name, password=None) for name in ("lost", "kept"))
    rake = Tool.objects.create(
        name="rake", price=1, bought_at=datetime(2026, 1, 1, tzinfo=UTC), organisation=city["222403001002"]
    )
    made = {
        "to": Loan.objects.create(tool=rake, person=lost, giver=kept),
        "by": Loan.objects.create(tool=rake, person=kept, giver=lost),
        "other": Loan.objects.create(tool=rake, person=kept, giver=None),
    }
    made["to"].with_tools.add(rake)
    # As the host deletes them while it does not know the models.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM civicnet_access_user WHERE id = %s", [lost.pk])
        cursor.execute("DELETE FROM civicnet_access_organisation WHERE code = '222403001002'")
    connection.check_constraints()
    with shed.known_as_loaded():
        yield made
    ContentType.objects.clear_cache()


def told() -> list[str]:
    return [str(one) for one in orphans("shed")]


ALL = [
    "acme_shed.Tool.organisation: 1 (PROTECT)",
    "acme_shed.Loan.person: 1 (CASCADE)",
    "acme_shed.Loan.giver: 1 (SET_NULL)",
]


def test_they_are_counted_and_nothing_is_done(loans: dict[str, Loan]) -> None:
    out = StringIO()

    call_command("plugins", "orphans", stdout=out)

    assert out.getvalue().splitlines() == [*ALL, "3 rows point at nothing."]
    assert Loan.objects.count() == 3


def test_mending_does_what_each_field_says_and_leaves_what_is_protected(loans: dict[str, Loan]) -> None:
    left = mend_orphans(actor=SYSTEM, reason="people left")

    assert [str(one) for one in left] == told() == ALL[:1]
    assert dict(Loan.objects.values_list("pk", "giver")) == {loans["by"].pk: None, loans["other"].pk: None}
    assert Loan.with_tools.through.objects.count() == 0
    assert Tool.objects.get().organisation_id is not None
    record = AuditRecord.objects.get(action="plugins.mend_orphans")
    assert (record.object_label, record.reason, record.after) == (
        "shed",
        "people left",
        {"rows": {"acme_shed.Loan.person": 1, "acme_shed.Loan.giver": 1}},
    )
    changes = ChangeRecord.objects.filter(object_type="acme_shed.loan").order_by("id")
    assert list(changes.values_list("operation", "object_id")) == [
        ("DELETE", str(loans["to"].pk)),
        ("UPSERT", str(loans["by"].pk)),
    ]


def test_without_a_reason_nothing_is_mended(loans: dict[str, Loan]) -> None:
    with pytest.raises(InvalidInput):
        mend_orphans(actor=SYSTEM, reason=" ")

    assert told() == ALL


def test_at_night_they_are_only_noted_where_every_process_sees_it(loans: dict[str, Loan]) -> None:
    schedules()["plugins.count_orphans"][0].run()

    fault = PluginFault.objects.get(slug="shed")
    assert (fault.hook, fault.error, fault.message.splitlines()) == ("data", "OrphanRows", ALL)
    assert told() == ALL

    Tool.objects.update(organisation=None)
    for name in ("to", "by"):
        loans[name].delete()
    note_orphans()
    assert not PluginFault.objects.filter(slug="shed").exists()
