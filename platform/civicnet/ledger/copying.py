"""Copying: stored rows into a table in one statement, by COPY and arrays on PostgreSQL, by ``executemany`` on SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

from civicnet.ledger.arrays import array
from civicnet.ledger.flights import arrived, flight_of, send
from civicnet.ledger.stamps import stamped_once

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


def insert(connection: BaseDatabaseWrapper, model: type[Model], fields: Fields, batches: Iterable[Rows]) -> None:
    """Insert stored rows, the values in the order of the fields; PostgreSQL takes each batch while the next one is made."""
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(str(one.column)) for one in fields)
    if connection.vendor == "sqlite":
        with stamped_once(model._meta.db_table, using=connection.alias), connection.wrap_database_errors:
            for batch in batches:
                _insert_together(connection, f"INSERT INTO {table} ({columns}) VALUES ", batch)  # noqa: S608 - quoted names
        return
    statement, flight = f"COPY {table} ({columns}) FROM STDIN", flight_of(connection)
    waiting = iter(batches)
    first = next(waiting)
    plain = all(value is None or isinstance(value, _PLAIN) for value in first[0])
    if plain and flight is not None:
        flight.copy(statement, map(_lines, chain([first], waiting)))
        return
    # Django translates the errors of its own calls; of this one it knows nothing.
    with (
        connection.cursor() as cursor,
        arrived(connection),
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for batch in chain([first], waiting):
            if plain:
                copy.write(_lines(batch))
            else:
                for row in batch:
                    copy.write_row(row)


def _insert_together(connection: BaseDatabaseWrapper, statement: str, rows: Rows) -> None:
    # Several rows a statement: each statement looks through all of SQLite's counters of keys, which costs more than a row.
    raw: Any = connection.connection
    width = len(rows[0])
    most = min(len(rows), raw.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // width)
    place = f"({', '.join('?' * width)})"
    for at in range(0, len(rows), most):
        some = rows[at : at + most]
        raw.execute(statement + ", ".join([place] * len(some)), [*chain.from_iterable(some)])


def update(connection: BaseDatabaseWrapper, model: type[Model], fields: Fields, rows: Rows) -> None:
    """Update stored rows; the first field is the key."""
    quote = connection.ops.quote_name
    table, key, *others = quote(model._meta.db_table), *(quote(str(one.column)) for one in fields)
    if connection.vendor == "sqlite":
        changes = ", ".join(f"{one} = %s" for one in others)
        written = {str(one.column) for one in fields[1:]}
        with stamped_once(model._meta.db_table, written, using=connection.alias), connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET {changes} WHERE {key} = %s",  # noqa: S608 - quoted names
                [[*row[1:], row[0]] for row in rows],
            )
        return
    changes = ", ".join(f"{one} = v.{one}" for one in others)
    arrays = ", ".join(f"%s::{_type(one, connection)}[]" for one in fields)
    names = ", ".join([key, *others])
    send(
        connection,
        f"UPDATE {table} SET {changes} FROM unnest({arrays}) AS v({names}) WHERE {table}.{key} = v.{key}",  # noqa: S608
        [array(column) for column in zip(*rows, strict=True)],
    )


def _type(field: Any, connection: BaseDatabaseWrapper) -> str:
    # Of a key that counts itself the type of a plain column is meant.
    return str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))


def _lines(rows: Rows) -> str:
    columns = [_texts(column) for column in zip(*rows, strict=True)]
    return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


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
