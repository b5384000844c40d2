"""The database's own lock: triggers that refuse to change or delete what the ledger holds, whoever asks by whatever SQL.

They are put in place after every migration, because SQLite drops a table's triggers when it remakes the table. Emptying test
databases needs a door: it is built in only where ``CIVICNET_LEDGER_GATE`` says so, is closed until a connection opens it,
and a deployment with it does not pass ``check --deploy``.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from civicnet.ledger.models import AuditRecord, AuditSeal, ChangeRecord

# Each table with what makes a new row the same as one that is there.
TABLES = {
    AuditRecord._meta.db_table: "id = NEW.id OR chain = NEW.chain AND position = NEW.position",
    AuditSeal._meta.db_table: "id = NEW.id OR number = NEW.number",
    ChangeRecord._meta.db_table: "id = NEW.id",
}
REFUSAL = "ledger rows are never changed and never deleted"
GATE = "civicnet_ledger_open"
# A custom setting of PostgreSQL needs a prefix with a dot.
PARAMETER = "civicnet.ledger_open"

_FUNCTION = """
CREATE OR REPLACE FUNCTION civicnet_ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    {gate}
    RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation';
END
$body$
"""
_GATE = f"""
    IF current_setting('{PARAMETER}', true) = 'on' THEN
        IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NULL;
    END IF;
"""


def install(using: str) -> None:
    """Put the triggers of all tables of the ledger in place, as these settings want them."""
    connection = connections[using]
    statements = _postgresql() if connection.vendor == "postgresql" else _sqlite(connection)
    with transaction.atomic(using), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def install_after_migrating(sender: Any, using: str, **kwargs: Any) -> None:
    """What ``post_migrate`` calls once the ledger's tables are as they should be."""
    present = set(connections[using].introspection.table_names())
    if present.issuperset(TABLES):
        install(using)


def offer_gate(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """What ``connection_created`` calls: SQLite asks a function of the connection whether the door is open."""
    if settings.CIVICNET_LEDGER_GATE and connection.vendor == "sqlite":
        connection.connection.create_function(GATE, 0, lambda: 0)


def _postgresql() -> list[str]:
    gate = _GATE if settings.CIVICNET_LEDGER_GATE else ""
    statements = [_FUNCTION.format(gate=gate, refusal=REFUSAL)]
    for table in TABLES:
        for event, level in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = f"{table}_{level.lower()}"
            statements.append(
                f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table} "
                f"FOR EACH {level} EXECUTE FUNCTION civicnet_ledger_refuse()"
            )
            # Also on a connection that plays a replica, where ordinary triggers rest.
            statements.append(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    return statements


def _sqlite(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        known = dict(cursor.fetchall())
    statements = []
    for table, same in TABLES.items():
        # INSERT OR REPLACE deletes what is in its way without asking the triggers for DELETE.
        replaces = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 — both are constants of this file
        for event, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", replaces)):
            conditions = [when, f"{GATE}() = 0" if settings.CIVICNET_LEDGER_GATE else ""]
            condition = " AND ".join(filter(None, conditions))
            name = f"{table}_{event.lower()}"
            wanted = (
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} {'WHEN' if condition else ''} {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
            if known.get(name) != wanted:
                statements += [f"DROP TRIGGER IF EXISTS {name}", wanted]
    return statements
