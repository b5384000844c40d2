"""Emptying the tables after a transactional test: what the end of migrating writes stays, for it would only be written again.

That takes half a second on PostgreSQL and a fifth on SQLite, some hundreds of times.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from civicnet.testing.ledger import ledger_open

# Whoever adds to these adds what the end of migrating would look through again.
LOOKED_UP = ("django_content_type", "auth_permission")


class QuickFlush:
    """Empties as Django does the first time, and from then on leaves the tables as they were after that."""

    def __init__(self) -> None:
        self._empty, self._announce = BaseDatabaseOperations.execute_sql_flush, flush.emit_post_migrate_signal
        self._looked_up: list[int] = []
        self._written: dict[str, list[tuple[Any, ...]]] = {}
        self._stands = False

    def empty(self, operations: BaseDatabaseOperations, statements: Any) -> None:
        """Take out what tests wrote."""
        counts = row_counts()
        self._stands = self._looked_up == [counts[name] for name in LOOKED_UP]
        with ledger_open(connection):
            if self._stands:
                self._restore({name for name, count in counts.items() if count})
            else:
                self._empty(operations, statements)

    def announce(self, *given: Any, **named: Any) -> None:
        """Let everybody write again what belongs into empty tables, unless it is there."""
        if self._stands:
            return
        self._announce(*given, **named)
        counts = row_counts()
        self._looked_up = [counts[name] for name in LOOKED_UP]
        self._written = {name: rows_of(name) for name, count in counts.items() if count and name not in LOOKED_UP}

    def _restore(self, filled: set[str]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Neither triggers nor the order of foreign keys: all goes.
                cursor.execute("SET LOCAL session_replication_role = replica")
            for name in sorted(filled.difference(LOOKED_UP, self._written)):
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
            # Where triggers write, as on SQLite, they have written into these: last.
            for name, rows in self._written.items():
                fill(name, rows)


@pytest.fixture(scope="session", autouse=True)
def quick_flush(flush_empties_the_ledger: None) -> Iterator[None]:
    """For the whole run."""
    quick = QuickFlush()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BaseDatabaseOperations, "execute_sql_flush", lambda *given: quick.empty(*given))
        patched.setattr(flush, "emit_post_migrate_signal", quick.announce)
        yield


def row_counts() -> dict[str, int]:
    """How many rows each table has."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    one = "SELECT '{0}', count(*) FROM {1}"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(name, connection.ops.quote_name(name)) for name in tables))
        return dict(cursor.fetchall())


def rows_of(table: str) -> list[tuple[Any, ...]]:
    """All rows of a table, each whole."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return list(cursor.fetchall())


def fill(table: str, rows: list[tuple[Any, ...]]) -> None:
    """Let a table hold these rows and no others; on PostgreSQL, in a session that asks neither triggers nor foreign keys."""
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {name}")
        if rows:
            cursor.executemany(f"INSERT INTO {name} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)
