"""Keysets: the order of a list, the place of a row in it, and the rows beyond such a place."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import BooleanField, Expression, F, Field, IntegerField, Model, Q, Value
from django.db.models.expressions import OrderBy
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput
from civicnet.ledger.statements import Condition


@dataclass(frozen=True, slots=True)
class Order:
    """The columns along which a list is read, ``-`` before those that fall; the last one is unique, mostly ``id``.

    ``filled`` names columns that may be null in the table and never are in this list: then their index can be used. Other
    columns that may be null come last where they are, on every database. ``reckoned`` names whole numbers that stand in no
    table and that the query of the list brings along, such as a score.
    """

    columns: tuple[str, ...]
    filled: tuple[str, ...] = ()
    reckoned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Term:
    column: str
    field: Any
    falls: bool
    nullable: bool
    nulls_first: bool = False

    def turned(self) -> _Term:
        return _Term(self.column, self.field, not self.falls, self.nullable, not self.nulls_first)

    def expression(self) -> OrderBy:
        nulls = {"nulls_first" if self.nulls_first else "nulls_last": True} if self.nullable else {}
        return OrderBy(F(self.column), descending=self.falls, **nulls)


class Keyset:
    """The order of a list of one model; made by ``keyset``."""

    def __init__(self, model: type[Model], order: Order) -> None:
        self.terms = [_term(model, one, order) for one in order.columns]
        self.columns = tuple(one.column for one in self.terms)
        # Kept, because a statement is known by the very expressions that order it.
        self._forwards = tuple(one.expression() for one in self.terms)
        self._backwards = tuple(one.turned().expression() for one in self.terms)
        self._tag = zlib.crc32(repr((model._meta.label, order.columns)).encode()) & 0xFFFFFF

    def ordering(self, *, backwards: bool = False) -> tuple[OrderBy, ...]:
        """What to order a query by."""
        return self._backwards if backwards else self._forwards

    def cursor(self, row: Mapping[str, Any]) -> str:
        """The place of a row, which must hold the columns of the order; opaque, and good for this order alone."""
        values = [self._tag, *(row[name] for name in self.columns)]
        return base64.urlsafe_b64encode(orjson.dumps(values, default=_written)).decode().rstrip("=")

    def place(self, cursor: str, *, field: str) -> list[Any]:
        """The values that a cursor holds, one for each column.

        Raises:
            InvalidInput: it is no cursor of this order; ``field`` names the argument.
        """
        try:
            tag, *values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if tag != self._tag or len(values) != len(self.terms):
                raise ValueError(cursor)
            return [_read(one, value) for one, value in zip(self.terms, values, strict=True)]
        except (binascii.Error, ValidationError, ArithmeticError, TypeError, ValueError) as error:
            sentence = _("This cursor does not belong to this list.")
            raise InvalidInput(sentence, code="INVALID_CURSOR", field=field) from error

    def beyond(self, values: Sequence[Any], *, backwards: bool = False) -> Condition:
        """The condition for rows after a place, or before it."""
        terms = [one.turned() for one in self.terms] if backwards else self.terms
        nulls = tuple(value is None for value in values)
        key = ("beyond", tuple((one.column, one.falls, one.nullable) for one in terms), nulls)
        given = [value for value in values if value is not None]
        return Condition(key, lambda slots: _beyond(terms, nulls, slots), given)


@lru_cache(maxsize=512)
def keyset(model: type[Model], order: Order) -> Keyset:
    """The keyset of an order; reckoned once."""
    return Keyset(model, order)


def field_at(model: type[Model], path: str) -> Field[Any, Any]:
    """The field at the end of a path such as ``organisation__code``.

    Raises:
        FieldDoesNotExist: there is none.
    """
    found: Any = None
    for part in path.split("__"):
        if model is None:
            raise FieldDoesNotExist(path)
        found = model._meta.pk if part == "pk" else model._meta.get_field(part)
        model = found.related_model
    return found  # type: ignore[no-any-return]


def read_value(field: Any, value: Any) -> Any:
    """A value from outside as one of a field's type, fit to be compared with it in the database.

    Raises:
        ValidationError, ArithmeticError, TypeError, ValueError: it cannot be one.
    """
    while field.is_relation:
        field = field.target_field
    typed = field.to_python(value)
    if isinstance(typed, datetime):
        # A moment that leaves the calendar in UTC would fail in the database.
        return typed.astimezone(UTC)
    if isinstance(typed, str) and "\0" in typed:
        raise ValueError("PostgreSQL holds no such text")
    if isinstance(typed, int) and not isinstance(typed, bool):
        # Those of every database, so that all refuse the same.
        low, high = BaseDatabaseOperations.integer_field_ranges[field.get_internal_type()]
        if not low <= typed <= high:
            raise ValueError("out of the column's range")
    if isinstance(typed, Decimal):
        # Raises what does not fit.
        field.get_db_prep_value(typed, connection)
    return typed


class _Row(Expression):
    """``(a, b) < (x, y)``: one comparison, for which both databases use an index of several columns."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, columns: Sequence[Any], values: Sequence[Any], *, falls: bool) -> None:
        super().__init__()
        self.columns, self.values, self.falls = list(columns), list(values), falls

    def get_source_expressions(self) -> list[Any]:
        return [*self.columns, *self.values]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        exprs = list(exprs)
        self.columns, self.values = exprs[: len(self.columns)], exprs[len(self.columns) :]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        parts = [compiler.compile(one) for one in self.get_source_expressions()]
        texts = [text for text, _given in parts]
        left, right = ", ".join(texts[: len(self.columns)]), ", ".join(texts[len(self.columns) :])
        given = tuple(one for _text, some in parts for one in some)
        return f"({left}) {'<' if self.falls else '>'} ({right})", given


def _term(model: type[Model], name: str, order: Order) -> _Term:
    column = name.removeprefix("-")
    if column in order.reckoned:
        return _Term(column, IntegerField(), name.startswith("-"), nullable=False)
    field = field_at(model, column)
    return _Term(column, field, name.startswith("-"), _nullable(model, column) and column not in order.filled)


def _nullable(model: type[Model], path: str) -> bool:
    # Also where a relation on the way may lead nowhere.
    parts = path.split("__")
    return any(field_at(model, "__".join(parts[:end])).null for end in range(1, len(parts) + 1))


def _written(value: Any) -> str:
    # What JSON has no word for.
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


def _read(term: _Term, value: Any) -> Any:
    if value is None:
        if not term.nullable:
            raise ValueError("null where none can be")
        return None
    typed = read_value(term.field, value)
    if typed is None:
        raise ValueError(value)
    return typed


def _beyond(terms: Sequence[_Term], nulls: Sequence[bool], given: Sequence[Any]) -> Q:
    rest = iter(given)
    values = [None if null else next(rest) for null in nulls]
    if not any(one.nullable for one in terms) and len({one.falls for one in terms}) == 1:
        typed = [
            value if isinstance(value, Expression) else Value(value, output_field=one.field)
            for one, value in zip(terms, values, strict=True)
        ]
        row = Q(_Row([F(one.column) for one in terms], typed, falls=terms[0].falls))
        # Columns of two tables are no index, so PostgreSQL is told aloud where that of the first one begins.
        return _bound(terms[0], values[0]) & row if len(terms) > 1 else row
    return _step_by_step(list(zip(terms, values, strict=True)))


def _step_by_step(pairs: Sequence[tuple[_Term, Any]]) -> Q:
    (term, value), *others = pairs
    name = term.column
    if value is None:
        past = Q(**{f"{name}__isnull": False}) if term.nulls_first else Q(pk__in=[])
        same = Q(**{f"{name}__isnull": True})
        return past | (same & _step_by_step(others)) if others else past
    past = Q(**{f"{name}__{'lt' if term.falls else 'gt'}": value})
    same = Q(**{name: value})
    if term.nullable and not term.nulls_first:
        past |= Q(**{f"{name}__isnull": True})
    if not others:
        return past
    condition = past | (same & _step_by_step(others))
    return condition if term.nullable else _bound(term, value) & condition


def _bound(term: _Term, value: Any) -> Q:
    # Says nothing new, and gives the index of the first column a place to begin.
    return Q(**{f"{term.column}__{'lte' if term.falls else 'gte'}": value})
