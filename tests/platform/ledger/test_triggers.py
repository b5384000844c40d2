"""The database itself refuses to change the ledger, by whatever SQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from pytest_django.fixtures import Settings

from civicnet.access.actors import SYSTEM
from civicnet.ledger.checks import check_gate, check_settings
from civicnet.ledger.models import AuditRecord, AuditSeal, ChangeRecord
from civicnet.ledger.seals import seal
from civicnet.ledger.triggers import TABLES, install
from civicnet.testing.ledger import ledger_open

Deed = Callable[..., AuditRecord]

# TRUNCATE is PostgreSQL's, REPLACE is SQLite's.
postgresql, sqlite = pytest.mark.only_on("postgresql"), pytest.mark.only_on("sqlite")
FORBIDDEN = [
    f"{act} {table} {rest}".strip()
    for table, column in zip(TABLES, ("reason", "actor_id", "actor_id"), strict=True)
    for act, rest in (("UPDATE", f"SET {column} = 'x'"), ("DELETE FROM", ""))
]


def rows() -> list[object]:
    return [list(model.objects.order_by("id").values()) for model in (AuditRecord, AuditSeal, ChangeRecord)]


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_a_change_by_sql_is_refused_and_changes_nothing(deed: Deed, sql: str) -> None:
    deed(1)
    seal(actor=SYSTEM)
    before = rows()

    with pytest.raises(IntegrityError, match="never changed"):
        run(sql)

    assert rows() == before


@postgresql
@pytest.mark.parametrize("table", TABLES)
def test_truncating_is_refused_and_changes_nothing(deed: Deed, table: str) -> None:
    deed(1)
    seal(actor=SYSTEM)
    before = rows()

    with pytest.raises(IntegrityError, match="never changed"):
        run(f"TRUNCATE {table} CASCADE")

    assert rows() == before


@sqlite
def test_replacing_is_refused_and_changes_nothing(deed: Deed) -> None:
    deed(1)
    before = rows()
    table = AuditRecord._meta.db_table
    columns = ", ".join(field.column for field in AuditRecord._meta.concrete_fields if field.name != "id")

    for named in (f"id, {columns}", columns):
        with pytest.raises(IntegrityError, match="never changed"):
            run(f"INSERT OR REPLACE INTO {table} ({named}) SELECT {named} FROM {table}")

    assert rows() == before


def test_without_the_door_nobody_gets_in(deed: Deed, settings: Settings) -> None:
    deed(1)
    before = rows()
    settings.CIVICNET_LEDGER_GATE = False
    install("default")

    try:
        with ledger_open(connection), pytest.raises(IntegrityError, match="never changed"):
            run("DELETE FROM civicnet_ledger_auditrecord")
        assert rows() == before
    finally:
        settings.CIVICNET_LEDGER_GATE = True
        install("default")


def test_the_triggers_come_back_after_a_migration(deed: Deed) -> None:
    deed(1)
    table = "civicnet_ledger_auditrecord"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER {table}_row ON {table}")
        else:
            cursor.execute(f"DROP TRIGGER {table}_delete")

    call_command("migrate", "civicnet_ledger", verbosity=0)

    with pytest.raises(IntegrityError, match="never changed"):
        run(f"DELETE FROM {table}")


def test_a_deployment_with_the_door_does_not_pass(settings: Settings) -> None:
    assert [one.id for one in check_gate(None)] == ["civicnet.ledger.E003"]

    settings.CIVICNET_LEDGER_GATE = False
    assert check_gate(None) == []


def test_keeping_records_for_less_than_half_a_year_is_refused(settings: Settings) -> None:
    settings.CIVICNET_AUDIT_RETENTION_DAYS = 179
    assert [one.id for one in check_settings(None)] == ["civicnet.ledger.E001"]

    settings.CIVICNET_AUDIT_RETENTION_DAYS = 180
    assert check_settings(None) == []


def test_a_witness_without_keys_is_refused(settings: Settings) -> None:
    settings.CIVICNET_AUDIT_CHECKPOINTS = "somewhere"
    settings.CIVICNET_AUDIT_KEYS = []

    assert [one.id for one in check_settings(None)] == ["civicnet.ledger.E002"]
