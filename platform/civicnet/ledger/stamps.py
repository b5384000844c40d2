"""Content versions: each commit that writes a table changes the table's version, whoever writes it and by whatever SQL.

Triggers add a random number to a sum within the writing transaction. So a version moves exactly when the write becomes
visible, in whatever order transactions commit; what is rolled back leaves no trace; and a database that was restored does
not come to versions again that it had before, with other content.

On PostgreSQL each transaction adds a row of its own for each table that it writes: no writer waits for another. SQLite has
one writer at a time, who counts up one row per table.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from civicnet.ledger.models import ContentStamp

TABLE = ContentStamp._meta.db_table
# Sums wrap around here, long before a number of the database does.
_AROUND = 2**48
# More rows than these for a few kinds, and whoever reads them adds them up.
_SPARE_ROWS = 256
_TRIGGER = "civicnet_stamp"
_EVENTS = ("insert", "update", "delete")
_left_out: set[str] = {"django_migrations"}


class Total(NamedTuple):
    """The version of some kinds together, and whether their rows are due for adding up."""

    version: int
    crowded: bool


def leave_out(*tables: str | type[models.Model]) -> None:
    """Name tables that are written all the time and that no answer shows; rooms call this when their app is ready.

    They have no version: an answer that was read from one of them is never kept.
    """
    _left_out.update(one if isinstance(one, str) else one._meta.db_table for one in tables)


def stamped() -> frozenset[str]:
    """The tables that have a version."""
    managed = (one._meta for one in apps.get_models(include_auto_created=True))
    return frozenset(one.db_table for one in managed if one.managed and not one.proxy) - _left_out - {TABLE}


def versions(*, using: str = DEFAULT_DB_ALIAS) -> Mapping[str, int]:
    """The version of every kind that was ever written. One statement, which sees one moment."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT kind, SUM(n) FROM {TABLE} GROUP BY kind")  # noqa: S608 — a constant
        return {kind: int(total) % _AROUND for kind, total in cursor.fetchall()}


def together(known: Mapping[str, int], kinds: Iterable[str]) -> int:
    """The version of some kinds together, of versions that were read at one moment."""
    return sum(known.get(one, 0) for one in kinds) % _AROUND


def total(kinds: Collection[str], *, using: str = DEFAULT_DB_ALIAS) -> Total:
    """The version of some kinds together as it is now. One statement."""
    with connections[using].cursor() as cursor:
        cursor.execute(_total_sql(len(kinds)), [*kinds])
        found, rows = cursor.fetchone()
    return Total(int(found or 0) % _AROUND, rows > len(kinds) + _SPARE_ROWS)


def touch(*kinds: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Change the versions of kinds: tables written behind the triggers' back, or names that a caller made up.

    Within a transaction it counts from the commit on.
    """
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        for kind in sorted(set(kinds)):
            step = 1 + secrets.randbelow(_AROUND - 1)
            if connection.vendor == "sqlite":
                cursor.execute(f"UPDATE {TABLE} SET n = (n + %s) % {_AROUND} WHERE kind = %s", [step, kind])  # noqa: S608
            if connection.vendor != "sqlite" or not cursor.rowcount:
                cursor.execute(f"INSERT INTO {TABLE} (kind, n) VALUES (%s, %s)", [kind, step])  # noqa: S608


def compact(*, using: str = DEFAULT_DB_ALIAS) -> int:
    """Replace rows by their sums, which changes no version; returns how many rows there were.

    Readers see either the rows or their sum. Rows that somebody else is adding up are left to them.
    """
    lock = "FOR UPDATE SKIP LOCKED" if connections[using].vendor == "postgresql" else ""
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(f"SELECT id, kind, n FROM {TABLE} {lock}")  # noqa: S608
        rows = cursor.fetchall()
        cursor.executemany(f"DELETE FROM {TABLE} WHERE id = %s", [(pk,) for pk, _kind, _n in rows])  # noqa: S608
        sums: dict[str, int] = {}
        for _pk, kind, n in rows:
            sums[kind] = (sums.get(kind, 0) + int(n)) % _AROUND
        cursor.executemany(f"INSERT INTO {TABLE} (kind, n) VALUES (%s, %s)", sorted(sums.items()))  # noqa: S608
    return len(rows)


def install(using: str) -> None:
    """Give each table that is there its triggers, and take them from those that are left out.

    A table that has its triggers anew has a new version too: whatever was written without them counts from here.
    """
    connection = connections[using]
    wanted = stamped() & set(connection.introspection.table_names())
    with transaction.atomic(using), connection.cursor() as cursor:
        present = _present(connection)
        for table in sorted(present - wanted):
            _drop(connection, table)
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table in sorted(wanted - present):
            _drop(connection, table)
            for statement in _triggers(connection, table):
                cursor.execute(statement)
        touch(*(wanted - present), using=using)


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


def _total_sql(number: int) -> str:
    return f"SELECT SUM(n), COUNT(*) FROM {TABLE} WHERE kind IN ({', '.join(['%s'] * number)})"  # noqa: S608


# What a transaction has stamped already stands in a setting of its own, which a savepoint takes back with its rows. Set to
# "each" by whoever looks at versions within one transaction, every statement counts.
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION civicnet_stamp() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    stamped text := coalesce(current_setting('civicnet.stamped', true), '');
BEGIN
    IF stamped = 'each' OR position(' ' || TG_TABLE_NAME || ' ' in stamped) = 0 THEN
        EXECUTE format('INSERT INTO %I.{TABLE} (kind, n) VALUES ($1, $2)', TG_TABLE_SCHEMA)
            USING TG_TABLE_NAME, 1 + floor(random() * {_AROUND - 1})::bigint;
        IF stamped <> 'each' THEN
            PERFORM set_config('civicnet.stamped', stamped || ' ' || TG_TABLE_NAME || ' ', true);
        END IF;
    END IF;
    RETURN NULL;
END
$body$
"""  # noqa: S608 — constants


def _triggers(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    name = connection.ops.quote_name(table)
    if connection.vendor == "postgresql":
        return [
            f"CREATE TRIGGER {_TRIGGER} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION civicnet_stamp()"
        ]
    kind = table.replace("'", "''")
    absent = f"SELECT 1 FROM {TABLE} WHERE kind = '{kind}'"  # noqa: S608
    return [
        f'CREATE TRIGGER "{_TRIGGER}_{event}_{table}" AFTER {event} ON {name} BEGIN '  # noqa: S608
        f"INSERT INTO {TABLE} (kind, n) SELECT '{kind}', 0 WHERE NOT EXISTS ({absent}); "
        f"UPDATE {TABLE} SET n = (n + 1 + abs(random() % {_AROUND - 1})) % {_AROUND} WHERE kind = '{kind}'; END"
        for event in _EVENTS
    ]


def _present(connection: BaseDatabaseWrapper) -> set[str]:
    # On SQLite a table counts once it has all three, since one of them alone may have been lost.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                "JOIN pg_namespace ON pg_namespace.oid = relnamespace "
                "WHERE tgname = %s AND nspname = current_schema()",
                [_TRIGGER],
            )
            return {table for (table,) in cursor.fetchall()}
        cursor.execute(
            "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s "
            "GROUP BY tbl_name HAVING COUNT(*) = %s",
            [f"{_TRIGGER}_%", len(_EVENTS)],
        )
        return {table for (table,) in cursor.fetchall()}


def _drop(connection: BaseDatabaseWrapper, table: str) -> None:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS {_TRIGGER} ON {name}")
            return
        for event in _EVENTS:
            cursor.execute(f'DROP TRIGGER IF EXISTS "{_TRIGGER}_{event}_{table}"')
