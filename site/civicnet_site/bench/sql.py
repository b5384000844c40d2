"""Rows into a table by the quickest way that the database has."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.db import connection, models

_AT_ONCE = 10_000


def insert(model: type[models.Model], columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write the rows, their values as the database takes them: COPY on PostgreSQL, one prepared statement elsewhere."""
    table, names = model._meta.db_table, ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 — our own names
            waiting = iter(rows)
            # Django's wrapper keeps all that it is given in memory until the end.
            while portion := list(islice(waiting, _AT_ONCE)):
                cursor.executemany(statement, portion)


def look_over() -> None:
    """Let the database count what it has, as a server does by itself after a while."""
    with connection.cursor() as cursor:
        vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
        cursor.execute("VACUUM ANALYZE" if vacuum else "ANALYZE")
