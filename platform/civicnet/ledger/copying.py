"""Copying: stored rows into a table in one statement, by COPY and arrays on PostgreSQL, by ``executemany`` on SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

from civicnet.ledger.arrays import array

Fields = Sequence[Field[Any, Any]]
Rows = Sequence[Sequence[Any]]
_PLAIN = (str, int, date)
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def reserve(connection: BaseDatabaseWrapper, model: type[Model], number: int) -> list[int]:
    """So many new keys of a model that counts its keys; nobody else gets them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                # Materialized: the name of the sequence is looked up once, not once a key.
                "WITH counter AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name) "
                "SELECT nextval(name) FROM counter, generate_series(1, %s)",
                [connection.ops.quote_name(table), model._meta.pk.column, number],
            )
            return [key for (key,) in cursor.fetchall()]
        last = _advance(cursor, table, number)
    return list(range(last - number + 1, last + 1))


def insert(connection: BaseDatabaseWrapper, model: type[Model], fields: Fields, rows: Rows) -> None:
    """Insert stored rows, the values in the order of the fields."""
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(str(one.column)) for one in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608 - quoted names
            return
        # Django translates the errors of its own calls; of this one it knows nothing.
        with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            _copy(copy, rows)


def update(connection: BaseDatabaseWrapper, model: type[Model], fields: Fields, rows: Rows) -> None:
    """Update stored rows; the first field is the key."""
    quote = connection.ops.quote_name
    table, key, *others = quote(model._meta.db_table), *(quote(str(one.column)) for one in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            changes = ", ".join(f"{one} = %s" for one in others)
            cursor.executemany(
                f"UPDATE {table} SET {changes} WHERE {key} = %s",  # noqa: S608 - quoted names
                [[*row[1:], row[0]] for row in rows],
            )
            return
        changes = ", ".join(f"{one} = v.{one}" for one in others)
        arrays = ", ".join(f"%s::{_type(one, connection)}[]" for one in fields)
        names = ", ".join([key, *others])
        cursor.execute(
            f"UPDATE {table} SET {changes} FROM unnest({arrays}) AS v({names}) WHERE {table}.{key} = v.{key}",  # noqa: S608
            [array(column) for column in zip(*rows, strict=True)],
        )


def _type(field: Any, connection: BaseDatabaseWrapper) -> str:
    # Of a key that counts itself the type of a plain column is meant.
    return str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))


def _copy(copy: Any, rows: Rows) -> None:
    if all(value is None or isinstance(value, _PLAIN) for value in rows[0]):
        columns = [_texts(column) for column in zip(*rows, strict=True)]
        copy.write("\n".join(map("\t".join, zip(*columns, strict=True))) + "\n")
        return
    for row in rows:
        copy.write_row(row)


def _texts(column: Sequence[Any]) -> Sequence[str]:
    kinds = set(map(type, column))
    if kinds == {str}:
        # What is sealed or is a code has nothing to escape, so most values are not copied.
        together = "".join(column)
        if "\\" not in together and together.isprintable():
            return column
    elif kinds == {int} or kinds == {date}:
        return [str(value) for value in column]
    elif kinds == {type(None)}:
        return ["\\N"] * len(column)
    return ["\\N" if value is None else str(value).translate(_ESCAPES) for value in column]


def _advance(cursor: Any, table: str, number: int) -> int:
    # The table in which SQLite remembers the last key is written first: from here on nobody else writes.
    cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [number, table])
    if not cursor.rowcount:
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    return int(cursor.fetchone()[0])
