"""Filters of a list: declared once beside the list, typed in the schema, and each served by an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import Any

import graphene
from django.core.exceptions import ValidationError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, F, Model, Q, Value
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext as _
from graphene.utils.str_converters import to_camel_case

from civicnet.contract import InvalidInput
from civicnet.gateway.keyset import field_at, read_value
from civicnet.ledger.statements import Condition, filled_up

MOST_VALUES = 100
_LAST_SIGN = "\U0010ffff"
_LOOKUPS = {"eq": "exact", "from_": "gte", "before": "lt"}


class By:
    """One filter: the column it looks at, and how: ``eq``, ``in``, ``range`` (from, before), ``isNull``, ``prefix``."""

    OPERATORS = frozenset({"eq", "in", "range", "isNull", "prefix"})

    def __init__(self, column: str, *operators: str) -> None:
        if not operators or (strange := set(operators) - self.OPERATORS):
            raise ValueError(f"{column} is filtered by {', '.join(sorted(strange)) if operators else 'nothing'}")
        self.column = column
        self.operators = operators


class Filters:
    """The filters of one list; made by ``ConnectionField``."""

    def __init__(self, node: type[graphene.ObjectType], model: type[Model], filters: Mapping[str, By]) -> None:
        self.model = model
        self.by = dict(filters)
        self._node = node

    def input_type(self) -> type[graphene.InputObjectType]:
        """The type of the ``where`` argument, for example ``GridWhere``."""
        node = self._node._meta.name
        fields = {name: graphene.InputField(self._filter_type(name)) for name in self.by}
        about = {"description": "All that is given must hold; null counts as not given."}
        return _input(f"{node}Where", fields, about)

    def conditions(self, where: Mapping[str, Any] | None) -> list[Condition]:
        """What a ``where`` argument asks for.

        Raises:
            InvalidInput: a value cannot be compared with its column, or there are too many; the field says which.
        """
        found: list[Condition] = []
        for name, asked in (where or {}).items():
            by = self.by[name]
            given = {operator: value for operator, value in (asked or {}).items() if value is not None}
            try:
                found += _conditions(self.model, by.column, given)
            except (ValidationError, ArithmeticError, TypeError, ValueError) as error:
                sentence = _("This value cannot be compared with %(field)s.") % {"field": to_camel_case(name)}
                raise InvalidInput(sentence, field=f"where.{to_camel_case(name)}") from error
        return found

    def _filter_type(self, name: str) -> type[graphene.InputObjectType]:
        node = self._node._meta
        kind = node.fields[name].type
        kind = kind.of_type if isinstance(kind, graphene.NonNull) else kind
        many = graphene.List(graphene.NonNull(kind))
        made = {
            "eq": {"eq": graphene.InputField(kind)},
            "in": {"in_": graphene.InputField(many, name="in", description=f"At most {MOST_VALUES}.")},
            "range": {
                "from_": graphene.InputField(kind, name="from", description="This or later."),
                "before": graphene.InputField(kind, description="Not this, and nothing later."),
            },
            "isNull": {"is_null": graphene.InputField(graphene.Boolean)},
            "prefix": {"prefix": graphene.InputField(graphene.String, description="How it begins.")},
        }
        fields = {key: one for operator in self.by[name].operators for key, one in made[operator].items()}
        camel = to_camel_case(name)
        return _input(f"{node.name}{camel[0].upper()}{camel[1:]}Filter", fields, {})


def _input(name: str, fields: Mapping[str, Any], meta: Mapping[str, Any]) -> type[graphene.InputObjectType]:
    about = type("Meta", (), {"name": name, **meta})
    return type(name, (graphene.InputObjectType,), {**fields, "Meta": about})


def _conditions(model: type[Model], column: str, given: Mapping[str, Any]) -> Iterator[Condition]:
    field = field_at(model, column)
    for operator, value in given.items():
        if operator == "is_null":
            yield Condition((column, "null", value), partial(_null, column, value))
        elif operator == "prefix":
            low = read_value(field, value)
            yield Condition((column, "prefix"), partial(_begins, column), [low, low + _LAST_SIGN])
        elif operator == "in_":
            values = filled_up([read_value(field, _plain(one)) for one in _few(value)])
            yield Condition((column, "in"), partial(_among, column), values)
        else:
            typed = read_value(field, _plain(value))
            yield Condition((column, operator), partial(_look, column, _LOOKUPS[operator]), [typed])


def _look(column: str, lookup: str, values: Sequence[Any]) -> Q:
    return Q(**{f"{column}__{lookup}": values[0]})


def _null(column: str, value: bool, _nothing: Sequence[Any]) -> Q:
    return Q(**{f"{column}__isnull": value})


def _among(column: str, values: Sequence[Any]) -> Q:
    return Q(**{f"{column}__in": list(values)})


def _begins(column: str, values: Sequence[Any]) -> Q:
    low, high = (one if isinstance(one, Expression) else Value(one) for one in values)
    return Q(_Between(F(column), low, high))


def _few(values: Sequence[Any]) -> Sequence[Any]:
    if len(values) > MOST_VALUES:
        sentence = _("Ask for at most %(most)d values at once.") % {"most": MOST_VALUES}
        raise InvalidInput(sentence, field="where")
    return values


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


class _Between(Expression):
    """Texts from one to before another by their bytes, whatever language the column is sorted in."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: Any, low: Any, high: Any) -> None:
        super().__init__()
        self.parts = [column, low, high]

    def get_source_expressions(self) -> list[Any]:
        """The column and both ends."""
        return self.parts

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """As resolved."""
        self.parts = list(exprs)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Comparisons for which the index of texts' beginnings is made."""
        column, low, high = (compiler.compile(one) for one in self.parts)
        least, less = ("~>=~", "~<~") if connection.vendor == "postgresql" else (">=", "<")
        text = f"({column[0]} {least} {low[0]} AND {column[0]} {less} {high[0]})"
        return text, (*column[1], *low[1], *column[1], *high[1])
