"""Stamping: the triggers by which whatever writes a table changes its content version."""

from __future__ import annotations

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from civicnet.ledger.stamps import AROUND, ONCE, TABLE, ignored, stamped, touch

_TRIGGER = "civicnet_stamp"
_EVENTS = ("insert", "update", "delete")


def install(using: str) -> None:
    """Give each table that is there its triggers, and take them from those that are left out.

    A table that has its triggers anew has a new version too: whatever was written without them counts from here.
    """
    connection = connections[using]
    tables = stamped() & set(connection.introspection.table_names())
    with transaction.atomic(using), connection.cursor() as cursor:
        present = _present(connection)
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        wanted = {table: _triggers(connection, table) for table in tables}
        for table in sorted(present.keys() - tables):
            _drop(connection, table)
        anew = sorted(table for table in tables if wanted[table].keys() != present.get(table))
        for table in anew:
            _drop(connection, table)
            for statement in wanted[table].values():
                cursor.execute(statement)
        touch(*anew, using=using)


def uninstall(using: str) -> None:
    """Take all triggers away, as before the table of stamps goes."""
    connection = connections[using]
    for table in sorted(_present(connection)):
        _drop(connection, table)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION IF EXISTS civicnet_stamp()")


def install_after_migrating(sender: object, using: str, **kwargs: object) -> None:
    """What ``post_migrate`` calls once all tables are as they should be."""
    if TABLE in connections[using].introspection.table_names():
        install(using)


# What a transaction has stamped already stands in a setting of its own, which a savepoint takes back with its rows. Set to
# "each" by whoever looks at versions within one transaction, every statement counts. Its arguments are ignored columns.
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION civicnet_stamp() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    stamped text := coalesce(current_setting('civicnet.stamped', true), '');
BEGIN
    IF TG_LEVEL = 'ROW' THEN
        IF to_jsonb(OLD) - TG_ARGV = to_jsonb(NEW) - TG_ARGV THEN
            RETURN NULL;
        END IF;
    END IF;
    IF stamped = 'each' OR position(' ' || TG_TABLE_NAME || ' ' in stamped) = 0 THEN
        EXECUTE format('INSERT INTO %I.{TABLE} (kind, n) VALUES ($1, $2)', TG_TABLE_SCHEMA)
            USING TG_TABLE_NAME, 1 + floor(random() * {AROUND - 1})::bigint;
        IF stamped <> 'each' THEN
            PERFORM set_config('civicnet.stamped', stamped || ' ' || TG_TABLE_NAME || ' ', true);
        END IF;
    END IF;
    RETURN NULL;
END
$body$
"""  # noqa: S608 — constants


def _triggers(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    """The statements that make a table's triggers, each by what tells that the trigger is there as it should be."""
    made = _postgresql_triggers if connection.vendor == "postgresql" else _sqlite_triggers
    return made(connection, table)


def _postgresql_triggers(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    name, quiet = connection.ops.quote_name(table), sorted(ignored(table))
    events = "INSERT OR DELETE OR TRUNCATE" if quiet else "INSERT OR UPDATE OR DELETE OR TRUNCATE"
    found = {
        f"{_TRIGGER}()": f"CREATE TRIGGER {_TRIGGER} AFTER {events} ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION civicnet_stamp()"
    }
    if quiet:
        # Row by row, which costs more: no list of columns to watch, of which later migrations could change none.
        columns = ", ".join(f"'{one}'" for one in quiet)
        found[f"{_TRIGGER}_update({' '.join(quiet)})"] = (
            f"CREATE TRIGGER {_TRIGGER}_update AFTER UPDATE ON {name} "
            f"FOR EACH ROW EXECUTE FUNCTION civicnet_stamp({columns})"
        )
    return found


def _sqlite_triggers(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    name, kind = connection.ops.quote_name(table), table.replace("'", "''")
    absent = f"SELECT 1 FROM {TABLE} WHERE kind = '{kind}'"  # noqa: S608
    quiet = f"SELECT 1 FROM {TABLE} WHERE kind = '{ONCE}'"  # noqa: S608
    made = [
        f'CREATE TRIGGER "{_TRIGGER}_{event}_{table}" AFTER {event}{_watched(connection, table, event)} ON {name} '  # noqa: S608
        f"WHEN NOT EXISTS ({quiet}) BEGIN "
        f"INSERT INTO {TABLE} (kind, n) SELECT '{kind}', 0 WHERE NOT EXISTS ({absent}); "
        f"UPDATE {TABLE} SET n = (n + 1 + abs(random() % {AROUND - 1})) % {AROUND} WHERE kind = '{kind}'; END"
        for event in _EVENTS
    ]
    return {one: one for one in made}


def _watched(connection: BaseDatabaseWrapper, table: str, event: str) -> str:
    quiet = ignored(table)
    if event != "update" or not quiet:
        return ""
    with connection.cursor() as cursor:
        columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
    return " OF " + ", ".join(connection.ops.quote_name(one) for one in columns if one not in quiet)


def _present(connection: BaseDatabaseWrapper) -> dict[str, set[str]]:
    """The triggers that are there, by table, each as its statement's key tells it."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT relname, tgname || '(' || trim(replace(encode(tgargs, 'escape'), '\\000', ' ')) || ')' "
                "FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                "JOIN pg_namespace ON pg_namespace.oid = relnamespace "
                "WHERE tgname IN (%s, %s) AND nspname = current_schema()",
                [_TRIGGER, f"{_TRIGGER}_update"],
            )
        else:
            cursor.execute(
                "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{_TRIGGER}_%"]
            )
        for table, told in cursor.fetchall():
            found.setdefault(table, set()).add(told)
    return found


def _drop(connection: BaseDatabaseWrapper, table: str) -> None:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for trigger in (_TRIGGER, f"{_TRIGGER}_update"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {name}")
            return
        for event in _EVENTS:
            cursor.execute(f'DROP TRIGGER IF EXISTS "{_TRIGGER}_{event}_{table}"')
