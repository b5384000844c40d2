"""The text of kept statements: compiled with places for values, remembered by shape, and run on a connection."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from threading import Lock
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DurationField, Expression, F, QuerySet, UUIDField
from django.db.models.expressions import OrderBy
from django.db.models.sql.compiler import SQLCompiler

MOST = 512
_CONVERTERS = "_civicnet_converters"
_BLIND = "a kept statement cannot look at its values"


class Slot(Expression):
    """The place of a value in a statement. It has none itself, and whoever tries to look at it is told so."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """A parameter, whose value is filled in when the statement runs."""
        return "%s", (_Place(self.number),)

    def __str__(self) -> str:
        raise TypeError(_BLIND)

    def __format__(self, format_spec: str) -> str:
        raise TypeError(_BLIND)


@dataclass(frozen=True, slots=True)
class _Place:
    number: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read of rows: ``kind`` is "rows", "count" or "exists"."""

    kind: str
    alias: str
    columns: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A statement without its values. ``sql`` is None where the shape alone says that no row meets it."""

    sql: str | None
    parameters: tuple[Any, ...] = ()
    names: tuple[str, ...] = ()
    expressions: tuple[Any, ...] = ()
    # One plan is not right for a count: how many rows there are is just what decides how to go about it.
    prepares: bool = True

    def rows(self, connection: BaseDatabaseWrapper, values: Sequence[Any]) -> list[dict[str, Any]]:
        """The rows for these values, converted as Django converts them."""
        names = self.names
        found = self._fetch(connection, values)
        if converters := self._converters(connection):
            return [dict(zip(names, _converted(row, converters, connection), strict=True)) for row in found]
        return [dict(zip(names, row, strict=True)) for row in found]

    def number(self, connection: BaseDatabaseWrapper, values: Sequence[Any]) -> int:
        """The one number that the statement gives; 0 if no row can meet it."""
        return next((row[0] for row in self._fetch(connection, values)), 0)

    def any(self, connection: BaseDatabaseWrapper, values: Sequence[Any]) -> bool:
        """Whether the statement gives any row."""
        return bool(self._fetch(connection, values))

    def _fetch(self, connection: BaseDatabaseWrapper, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        if self.sql is None:
            return []
        given = [adapted(one, connection) for one in values]
        sent = [given[one.number] if type(one) is _Place else one for one in self.parameters]
        if self.prepares and connection.vendor == "postgresql" and settings.CIVICNET_PREPARED_STATEMENTS:
            return _fetch_prepared()(connection, self.sql, sent)
        # Django's own cursor writes values into the text, which PostgreSQL then has to plan each time.
        with connection.cursor() as cursor:
            cursor.execute(self.sql, sent)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def _converters(self, connection: BaseDatabaseWrapper) -> list[tuple[int, list[Any], Any]]:
        # They belong to a connection, and are kept no longer than that.
        known: dict[Kept, Any] = connection.__dict__.setdefault(_CONVERTERS, {})
        found = known.get(self)
        if found is None:
            if len(known) >= MOST:
                known.clear()
            made = [
                (at, connection.ops.get_db_converters(one) + one.get_db_converters(connection), one)
                for at, one in enumerate(self.expressions)
            ]
            found = known[self] = [one for one in made if one[1]]
        return found


_known: OrderedDict[Hashable, Kept] = OrderedDict()
_lock = Lock()


def kept(key: Hashable, wanted: Wanted, build: Callable[[], Sequence[QuerySet[Any]]]) -> Kept:
    """The statement of this key, built if it is not known, of one query or several together; those not asked for longest are
    forgotten first."""
    with _lock:
        found = _known.get(key)
        if found is not None:
            _known.move_to_end(key)
            return found
    made = _compile(wanted, build())
    with _lock:
        _known[key] = made
        while len(_known) > MOST:
            _known.popitem(last=False)
    return made


def forget_statements() -> None:
    """Forget all kept statements, as a test does."""
    with _lock:
        _known.clear()


def adapted(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """A value as the database takes it, as fields of its type send it."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, (str, int, float)):
        return value
    ops: Any = connection.ops
    for kind, adapt in (
        (datetime, ops.adapt_datetimefield_value),
        (date, ops.adapt_datefield_value),
        (time, ops.adapt_timefield_value),
        (Decimal, ops.adapt_decimalfield_value),
        (UUID, partial(UUIDField().get_db_prep_value, connection=connection)),
        (timedelta, partial(DurationField().get_db_prep_value, connection=connection)),
    ):
        if isinstance(value, kind):
            return adapt(value)
    raise TypeError(f"a kept statement is given no {type(value).__name__}")


def _compile(wanted: Wanted, queries: Sequence[QuerySet[Any]]) -> Kept:
    found = [(one, *text) for one in queries if (text := _text(wanted, one.using(wanted.alias)))]
    if not found:
        return Kept(None)
    parameters = tuple(value for _query, _compiler, _sql, given in found for value in given)
    texts = [sql for _query, _compiler, sql, _given in found]
    if wanted.kind == "exists":
        return (
            Kept(" UNION ALL ".join(map(_inner, texts)), parameters) if len(texts) > 1 else Kept(texts[0], parameters)
        )
    rows, compiler, sql, _given = found[0]
    if wanted.kind == "count":
        rows_once = " UNION ".join(map(_inner, texts)) if len(texts) > 1 else sql
        return Kept(f"SELECT COUNT(*) FROM ({rows_once}) counted", parameters, prepares=False)  # noqa: S608 — none from outside
    query = compiler.query
    names = tuple(query.selected or (*query.extra_select, *query.values_select, *query.annotation_select))
    selected = tuple(one[0] for one in compiler.select[: compiler.col_count])
    if len(texts) > 1:
        order, limit = _order(rows, names), "" if wanted.limit is None else f" LIMIT {int(wanted.limit)}"
        sql = f"{' UNION '.join(map(_inner, texts))}{order}{limit}"
    return Kept(sql, parameters, names, selected)


def _text(wanted: Wanted, rows: QuerySet[Any]) -> tuple[SQLCompiler, str, Sequence[Any]] | None:
    query = rows.query.exists() if wanted.kind == "exists" else _listed(wanted, rows).query
    compiler = query.get_compiler(wanted.alias)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    return compiler, sql, parameters


def _inner(sql: str) -> str:
    return f"SELECT * FROM ({sql}) part"  # noqa: S608 — no text from outside


def _order(rows: QuerySet[Any], names: Sequence[str]) -> str:
    # The parts are in this order, and so is what they are put together to: by the places of columns that are read anyhow.
    terms = []
    given: Any
    for given in rows.query.order_by:
        falls = isinstance(given, str) and given.startswith("-")
        term: Any = OrderBy(F(given.removeprefix("-")), descending=falls) if isinstance(given, str) else given
        nulls = " NULLS FIRST" if term.nulls_first else " NULLS LAST" if term.nulls_last else ""
        terms.append(f"{names.index(term.expression.name) + 1} {'DESC' if term.descending else 'ASC'}{nulls}")
    return f" ORDER BY {', '.join(terms)}" if terms else ""


def _listed(wanted: Wanted, rows: QuerySet[Any]) -> QuerySet[Any]:
    if wanted.kind == "count":
        return rows.order_by().values("pk")
    return rows.values(*wanted.columns)[: wanted.limit]


@cache
def _fetch_prepared() -> Callable[..., list[tuple[Any, ...]]]:
    from civicnet.ledger.prepared import fetch

    return fetch


def _converted(
    row: Sequence[Any], converters: Sequence[tuple[int, Sequence[Any], Any]], connection: BaseDatabaseWrapper
) -> list[Any]:
    values = list(row)
    for at, chain, expression in converters:
        value = values[at]
        for one in chain:
            value = one(value, expression, connection)
        values[at] = value
    return values
