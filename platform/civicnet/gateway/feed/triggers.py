"""Triggers that mark what was written: in the writing transaction itself, whoever writes by whatever SQL.

A signal would miss bulk writes, and be lost with a process that dies between a commit and it. They are put in place after every
migration, because SQLite drops a table's triggers when it remakes the table; what is in place already is left alone, so that
a busy table is not locked. Triggers of plugins that are not loaded now stay. Names of tables, columns and types are all that is
written into the statements: they come from code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from civicnet.contract import Feed
from civicnet.gateway.feed.models import FeedMark

PREFIX = "civicnet_feed_"
# By table: the types that depend on it, each with a column ("" for all nodes).
Wanted = dict[str, list[tuple[str, str]]]


def install(using: str, feeds: Iterable[Feed]) -> int:
    """Put the triggers of all tables that feeds follow in place; returns for how many tables something was missing."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    if FeedMark._meta.db_table not in present:
        return 0
    known = _known(connection)
    changed = 0
    for table, marks in wanted(feeds).items():
        name = _name(table, marks)
        if table not in present or known.get(table) == {f"{name}_{event}" for event in _EVENTS}:
            continue
        changed += 1
        with transaction.atomic(using), connection.cursor() as cursor:
            for old in known.get(table, ()):
                cursor.execute(_drop(connection, old, table))
            for statement in _MAKERS[connection.vendor](name, table, marks):
                cursor.execute(statement)
    return changed


def remove(using: str) -> None:
    """Take all of them away: without the table of marks nothing could be written any more."""
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        for table, names in _known(connection).items():
            for name in names:
                cursor.execute(_drop(connection, name, table))


def wanted(feeds: Iterable[Feed]) -> Wanted:
    """What each table has to mark."""
    found: Wanted = {}
    for feed in feeds:
        for one in feed.follows:
            found.setdefault(one.model._meta.db_table, []).append((feed.type, one.column))
    return {table: sorted(set(marks)) for table, marks in sorted(found.items())}


_EVENTS = ("insert", "update", "delete")


def _name(table: str, marks: list[tuple[str, str]]) -> str:
    # With the version of what is written below.
    return PREFIX + hashlib.sha256(f"1 {table} {marks}".encode()).hexdigest()[:16]


def _known(connection: BaseDatabaseWrapper) -> dict[str, set[str]]:
    statement = (
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE t.tgname LIKE %s AND pg_table_is_visible(c.oid)"
        if connection.vendor == "postgresql"
        else "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    )
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, [f"{PREFIX}%"])
        for table, name in cursor.fetchall():
            found.setdefault(table, set()).add(name)
    return found


def _drop(connection: BaseDatabaseWrapper, name: str, table: str) -> str:
    if connection.vendor == "postgresql":
        return f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"; DROP FUNCTION IF EXISTS "{name}"()'
    return f'DROP TRIGGER IF EXISTS "{name}"'


def _postgresql(name: str, table: str, marks: list[tuple[str, str]]) -> Iterator[str]:
    """Once for each statement, however many rows it wrote."""
    sources = {"insert": "new_rows", "delete": "old_rows"}
    bodies = {event: _from_rows(marks, f"SELECT * FROM {rows}") for event, rows in sources.items()}  # noqa: S608
    bodies["update"] = _from_rows(marks, "SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows")
    for event, body in bodies.items():
        yield (
            f'CREATE OR REPLACE FUNCTION "{name}_{event}"() RETURNS trigger LANGUAGE plpgsql AS $body$\n'
            f"BEGIN\n{body}\n    RETURN NULL;\nEND\n$body$"
        )
        rows = {"insert": "NEW TABLE AS new_rows", "delete": "OLD TABLE AS old_rows"}
        given = rows.get(event, " ".join(rows.values()))
        yield (
            f'CREATE TRIGGER "{name}_{event}" AFTER {event.upper()} ON "{table}" REFERENCING {given} '
            f'FOR EACH STATEMENT EXECUTE FUNCTION "{name}_{event}"()'
        )


def _from_rows(marks: list[tuple[str, str]], rows: str) -> str:
    statements = []
    for kind, column in marks:
        number = f'"{column}"' if column else "NULL::bigint"
        condition = f'"{column}" IS NOT NULL' if column else "TRUE"
        what = f"SELECT DISTINCT '{kind}', {number}, 0 FROM ({rows}) written WHERE {condition};"  # noqa: S608
        statements.append(f"    {_INTO} {what}")
    return "\n".join(statements)


def _sqlite(name: str, table: str, marks: list[tuple[str, str]]) -> Iterator[str]:
    """Once for each row. Writers come one after the other, so that a mark which waits already can be seen."""
    rows = {"insert": ("NEW",), "delete": ("OLD",), "update": ("OLD", "NEW")}
    for event in _EVENTS:
        body = " ".join(_from_row(kind, column, row) for kind, column in marks for row in rows[event])
        yield f'CREATE TRIGGER "{name}_{event}" AFTER {event.upper()} ON "{table}" FOR EACH ROW BEGIN {body} END'


def _from_row(kind: str, column: str, row: str) -> str:
    number = f'{row}."{column}"' if column else "NULL"
    same = f"type = '{kind}' AND object_id IS {number} AND position = 0"
    waits = f"SELECT 1 FROM {_MARKS} WHERE {same}"  # noqa: S608
    there = f"{number} IS NOT NULL AND " if column else ""
    return f"{_INTO} SELECT '{kind}', {number}, 0 WHERE {there}NOT EXISTS ({waits});"


_MARKS = FeedMark._meta.db_table
_INTO = f"INSERT INTO {_MARKS} (type, object_id, position)"
_MAKERS = {"postgresql": _postgresql, "sqlite": _sqlite}
