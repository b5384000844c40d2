"""Kept statements: a query built once per shape, and run with the values of each request.

Building a query of Django's costs about as much as running it. Here a plugin says how its rows are chosen in a plain function
of named values. That function is called once for each shape with placeholders in their stead; the text is kept, and the values
of a request go to the database beside it. PostgreSQL is let to prepare what comes often.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connections, router
from django.db.models import Model, Q, QuerySet

from civicnet.ledger.kept import Kept, Slot, Wanted, kept

Values = Mapping[str, Any]
Build = Callable[[Values], "QuerySet[Any] | Sequence[QuerySet[Any]]"]


def filled_up(values: Sequence[Any]) -> list[Any]:
    """The values with the last one repeated, so that a shape comes in few sizes; none stay none."""
    size = 1 << (len(values) - 1).bit_length() if values else 0
    return [*values, *[values[-1] for _more in range(size - len(values))]]


@dataclass(frozen=True, slots=True)
class Condition:
    """A further condition on rows. ``key`` says all that decides its form; ``make`` is given the values, or their places."""

    key: Hashable
    make: Callable[[Sequence[Any]], Q]
    values: Sequence[Any] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """How rows of a model are chosen, by named values; made by ``statement``."""

    name: str
    model: type[Model]
    build: Build

    def rows(self, **values: Any) -> Rows:
        """The rows for these values. None, True and False belong to the shape, and so does how long a list is."""
        return Rows(self, values)


def statement(name: str, model: type[Model]) -> Callable[[Build], Statement]:
    """Declare a function of named values as a kept statement.

    The function is given a place for each value, not the value: it hands it to lookups and otherwise cannot look at it. A list
    comes as a list of places, of which the last may stand for the same value several times.

    It returns the query, or several: then a row is meant that is in any of them. Each is read along its own index as far as the
    page goes, where one query with OR would have to choose an index that is right for all.

    Raises:
        TypeError: the function holds something from outside, which would be kept for every caller.
    """

    def declare(build: Build) -> Statement:
        if getattr(build, "__closure__", None) or not hasattr(build, "__code__"):
            raise TypeError(f"{name} must be a plain function at the top of a module")
        return Statement(name, model, build)

    return declare


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a statement for the values of one request. Nothing is read before it is asked for."""

    statement: Statement
    values: Values
    conditions: tuple[Condition, ...] = ()
    order: tuple[Any, ...] = field(default=())

    def filter(self, condition: Condition) -> Rows:
        """Those of the rows that meet a condition as well."""
        return replace(self, conditions=(*self.conditions, condition))

    def order_by(self, *order: Any) -> Rows:
        """The rows in this order; expressions are told apart by what they are."""
        return replace(self, order=order)

    def queryset(self) -> QuerySet[Any]:
        """The same rows as Django reads them, built anew."""
        found = self._met()
        rows = found[0]
        if len(found) > 1:
            among = Q(*(Q(pk__in=one.values("pk")) for one in found), _connector=Q.OR)
            rows = self.statement.model._default_manager.filter(among)
        return rows.order_by(*self.order) if self.order else rows

    def read(self, *columns: str, limit: int | None = None) -> list[dict[str, Any]]:
        """Rows as ``values(*columns)`` of the queryset gives them. One statement."""
        alias, connection = self._where()
        found, given = self._kept(Wanted("rows", alias, columns, limit), connection)
        return found.rows(connection, given)

    def first(self, *columns: str) -> dict[str, Any] | None:
        """The first of the rows, or None. One statement."""
        return next(iter(self.read(*columns, limit=1)), None)

    def count(self) -> int:
        """How many there are. One statement."""
        alias, connection = self._where()
        found, given = self._kept(Wanted("count", alias), connection)
        return found.number(connection, given)

    def exists(self) -> bool:
        """Whether there is any. One statement."""
        alias, connection = self._where()
        found, given = self._kept(Wanted("exists", alias), connection)
        return found.any(connection, given)

    def _where(self) -> tuple[str, Any]:
        alias = router.db_for_read(self.statement.model)
        return alias, connections[alias]

    def _kept(self, wanted: Wanted, connection: Any) -> tuple[Kept, list[Any]]:
        forms: list[tuple[str, Any]] = []
        given: list[Any] = []
        for name, value in self.values.items():
            form, sent = _form(value)
            forms.append((name, form))
            given += sent
        for one in self.conditions:
            given += one.values
        conditions = tuple((one.key, len(one.values)) for one in self.conditions)
        key = self.statement, wanted, connection.vendor, tuple(forms), conditions, self.order
        return kept(key, wanted, lambda: self._placed(forms)._ordered()), given

    def _met(self) -> list[QuerySet[Any]]:
        built = self.statement.build(self.values)
        found = [built] if isinstance(built, QuerySet) else list(built)
        for one in self.conditions:
            found = [each.filter(one.make(one.values)) for each in found]
        return found

    def _ordered(self) -> list[QuerySet[Any]]:
        return [one.order_by(*self.order) if self.order else one for one in self._met()]

    def _placed(self, forms: Sequence[tuple[str, Any]]) -> Rows:
        at = 0
        values: dict[str, Any] = {}
        for name, form in forms:
            count = 1 if form == _ONE else form.length if isinstance(form, _Length) else 0
            slots = [Slot(number) for number in range(at, at + count)]
            values[name] = slots[0] if form == _ONE else slots if isinstance(form, _Length) else form
            at += count
        conditions = []
        for one in self.conditions:
            conditions.append(replace(one, values=[Slot(number) for number in range(at, at + len(one.values))]))
            at += len(one.values)
        return replace(self, values=values, conditions=tuple(conditions))


@dataclass(frozen=True, slots=True)
class _Length:
    # Of a list, filled up.
    length: int


_ONE = "one value"


def _form(value: Any) -> tuple[Any, Sequence[Any]]:
    # What of a value belongs to the shape, and what is sent.
    if value is None or isinstance(value, bool):
        return value, ()
    if isinstance(value, (list, tuple, set, frozenset)):
        values = filled_up(list(value))
        return _Length(len(values)), values
    return _ONE, (value,)
