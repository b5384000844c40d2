"""Tables: dropping those of a plugin, and the constraints of other tables that point at them, in the open transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.db import connection
from django.utils.translation import gettext as _

from civicnet.contract import Conflict

# As Django writes it behind a column: REFERENCES "table" ("id") DEFERRABLE INITIALLY DEFERRED.
_CLAUSE = (
    r"\s+(CONSTRAINT\s+\S+\s+)?REFERENCES\s+[\"`\[]?{target}[\"`\]]?\s*\([^)]*\)"
    r"(\s+ON\s+(DELETE|UPDATE)\s+(SET\s+\w+|NO\s+ACTION|\w+))*(\s+DEFERRABLE\s+INITIALLY\s+DEFERRED)?"
)


def lock_tables(names: Iterable[str], *, exclusive: bool = True) -> None:
    """Keep everybody from writing to tables until the transaction ends, and from reading those that are to go.

    SQLite needs nothing: whoever may write is alone.
    """
    mode = "ACCESS EXCLUSIVE" if exclusive else "SHARE ROW EXCLUSIVE"
    if connection.vendor == "postgresql" and (quoted := _quoted(names)):
        _execute(f"LOCK TABLE {quoted} IN {mode} MODE")


def constraints_into(tables: set[str]) -> Iterator[tuple[str, str, str]]:
    """Foreign keys that the database holds from other tables into these: table, column, and the table pointed at."""
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - tables):
            for column, led in connection.introspection.get_relations(cursor, table).items():
                if led[1] in tables:
                    yield table, column, led[1]


def drop_tables(tables: set[str]) -> None:
    """Drop tables with all their rows, and constraints of others into them.

    Raises:
        Conflict: a constraint of another table is written in a way that is not ours to change.
    """
    if connection.vendor == "postgresql":
        # What waits for its check at the end of the transaction is checked now: no table is dropped before.
        connection.check_constraints()
    for table, column, target in list(constraints_into(tables)):
        _drop_constraint(table, column, target)
    if not tables:
        return
    if connection.vendor == "postgresql":
        _execute(f"DROP TABLE {_quoted(tables)}")
        return
    # Emptied first: a table that still has rows others point at cannot be dropped while constraints are watched.
    for table in sorted(tables):
        _execute(f"DELETE FROM {_quoted([table])}")  # noqa: S608 — a table's name, quoted
    for table in sorted(tables):
        _execute(f"DROP TABLE {_quoted([table])}")


def _drop_constraint(table: str, column: str, target: str) -> None:
    if connection.vendor == "sqlite":
        _rewrite(table, target)
        return
    with connection.cursor() as cursor:
        held = connection.introspection.get_constraints(cursor, table)
    for name, one in held.items():
        if one["foreign_key"] and one["foreign_key"][0] == target and one["columns"] == [column]:
            _execute(f"ALTER TABLE {_quoted([table])} DROP CONSTRAINT {connection.ops.quote_name(name)}")


def _rewrite(table: str, target: str) -> None:
    # SQLite's own documentation gives this way for a constraint that goes: the rows on disk are the same without it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [table])
        (written,) = cursor.fetchone()
        without, found = re.subn(_CLAUSE.format(target=re.escape(target)), "", written, flags=re.IGNORECASE)
        if not found or "FOREIGN KEY" in written.upper():
            raise Conflict(
                _("The table %(table)s points at it in a way of its own; remove that first.") % {"table": table}
            )
        cursor.execute("PRAGMA schema_version")
        (version,) = cursor.fetchone()
        cursor.execute("PRAGMA writable_schema = ON")
        cursor.execute("UPDATE sqlite_master SET sql = %s WHERE type = 'table' AND name = %s", [without, table])
        cursor.execute(f"PRAGMA schema_version = {int(version) + 1}")
        cursor.execute("PRAGMA writable_schema = OFF")


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(connection.ops.quote_name(one) for one in sorted(names))


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
