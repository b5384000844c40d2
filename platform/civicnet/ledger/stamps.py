"""Content versions: each commit that writes a table changes the table's version, whoever writes it and by whatever SQL.

Triggers add a random number to a sum within the writing transaction. So a version moves exactly when the write becomes
visible, in whatever order transactions commit; what is rolled back leaves no trace; and a database that was restored does
not come to versions again that it had before, with other content.

On PostgreSQL each transaction adds a row of its own for each table that it writes: no writer waits for another. SQLite has
one writer at a time, who counts up one row per table.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from civicnet.ledger.models import ContentStamp

TABLE = ContentStamp._meta.db_table
# While a row of this kind is there, SQLite's triggers leave stamping to whoever has put it there.
ONCE = "-"
# Sums wrap around here, long before a number of the database does.
AROUND = 2**48
# More rows than these for a few kinds, and whoever reads them adds them up.
_SPARE_ROWS = 256
_left_out: set[str] = {"django_migrations"}
_ignored: dict[str, frozenset[str]] = {}
# What ``stamped`` found: the list of models and the tables left out then, and the tables that have a version.
_stamped: dict[str, tuple[list[Any], frozenset[str], frozenset[str]]] = {}


class Total(NamedTuple):
    """The version of some kinds together, and whether their rows are due for adding up."""

    version: int
    crowded: bool


def leave_out(*tables: str | type[models.Model]) -> None:
    """Name tables that are written all the time and that no answer shows; rooms call this when their app is ready.

    They have no version: an answer that was read from one of them is never kept.
    """
    _left_out.update(one if isinstance(one, str) else one._meta.db_table for one in tables)


def ignore(model: type[models.Model], *fields: str) -> None:
    """Name fields that are written all the time and that no answer shows: an update of nothing else changes no version.

    Rooms call this when their app is ready, as for whole tables.
    """
    columns = {one.name: str(one.column) for one in model._meta.concrete_fields}
    _ignored[model._meta.db_table] = frozenset(columns[one] for one in fields)


def stamped() -> frozenset[str]:
    """The tables that have a version."""
    # Django keeps this list, and makes another one when models come or go.
    found, left_out = apps.get_models(include_auto_created=True), frozenset(_left_out)
    kept = _stamped.get("kept")
    if kept is not None and kept[0] is found and kept[1] == left_out:
        return kept[2]
    managed = (one._meta for one in found)
    tables = frozenset(one.db_table for one in managed if one.managed and not one.proxy) - left_out - {TABLE}
    _stamped["kept"] = found, left_out, tables
    return tables


def ignored(table: str) -> frozenset[str]:
    """The columns of a table that were named so."""
    return _ignored.get(table, frozenset())


def versions(*, using: str = DEFAULT_DB_ALIAS) -> Mapping[str, int]:
    """The version of every kind that was ever written. One statement, which sees one moment."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT kind, SUM(n) FROM {TABLE} GROUP BY kind")  # noqa: S608 — a constant
        return {kind: int(total) % AROUND for kind, total in cursor.fetchall()}


def together(known: Mapping[str, int], kinds: Iterable[str]) -> int:
    """The version of some kinds together, of versions that were read at one moment."""
    return sum(known.get(one, 0) for one in kinds) % AROUND


def total(kinds: Collection[str], *, using: str = DEFAULT_DB_ALIAS) -> Total:
    """The version of some kinds together as it is now. One statement."""
    with connections[using].cursor() as cursor:
        cursor.execute(_total_sql(len(kinds)), [*kinds])
        found, rows = cursor.fetchone()
    return Total(int(found or 0) % AROUND, rows > len(kinds) + _SPARE_ROWS)


def touch(*kinds: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Change the versions of kinds: tables written behind the triggers' back, or names that a caller made up.

    Within a transaction it counts from the commit on.
    """
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        for kind in sorted(set(kinds)):
            step = 1 + secrets.randbelow(AROUND - 1)
            if connection.vendor == "sqlite":
                cursor.execute(f"UPDATE {TABLE} SET n = (n + %s) %% {AROUND} WHERE kind = %s", [step, kind])  # noqa: S608
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
            sums[kind] = (sums.get(kind, 0) + int(n)) % AROUND
        cursor.executemany(f"INSERT INTO {TABLE} (kind, n) VALUES (%s, %s)", sorted(sums.items()))  # noqa: S608
    return len(rows)


def _total_sql(number: int) -> str:
    return f"SELECT SUM(n), COUNT(*) FROM {TABLE} WHERE kind IN ({', '.join(['%s'] * number)})"  # noqa: S608


@contextmanager
def stamped_once(table: str, columns: Collection[str] = (), *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Write many rows of a table in the block, which stands in a transaction, and let its version change once.

    ``columns`` are those that an update changes. PostgreSQL stamps a transaction once anyway. SQLite's triggers look at each
    row; nobody else writes meanwhile, so they can be told by a row that no other connection ever sees.
    """
    connection = connections[using]
    if connection.vendor != "sqlite" or table not in stamped():
        yield
        return
    if not columns or not ignored(table).issuperset(columns):
        touch(table, using=using)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (kind, n) VALUES (%s, 0)", [ONCE])  # noqa: S608 — a constant
        try:
            yield
        finally:
            # Also when a row was refused: the caller may go on, and then each write counts by itself again.
            cursor.execute(f"DELETE FROM {TABLE} WHERE kind = %s", [ONCE])  # noqa: S608 — a constant
