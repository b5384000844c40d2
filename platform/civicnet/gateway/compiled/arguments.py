"""Arguments: those without a variable are read once, if nobody could tell; the others by the library at each call."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    VariableNode,
    get_named_type,
    is_enum_type,
    is_specified_scalar_type,
)
from graphql.execution.values import get_argument_values

Arguments = Callable[[dict[str, Any]], dict[str, Any]]
# What a resolver cannot change under the next one's hands.
_FIXED = frozenset({str, int, float, bool, NoneType, Decimal})


def arguments_of(field: GraphQLField, node: FieldNode) -> Arguments | None:
    """How a call's arguments come of its variables; None if the field takes none.

    The function raises what the library raises for arguments that are not valid.
    """
    if not field.args:
        return None
    fixed = fixed_arguments(field, node)
    if fixed is not None:
        return lambda _variables: fixed
    return lambda variables: get_argument_values(field, node, variables)


def fixed_arguments(field: GraphQLField, node: FieldNode) -> dict[str, Any] | None:
    """The arguments, if they are the same for every call and cannot be changed; otherwise None."""
    for given in node.arguments:
        declared = field.args.get(given.name.value)
        # A scalar of somebody's own may read "now" in a literal.
        if isinstance(given.value, VariableNode) or (declared and not _is_plain(declared.type)):
            return None
    try:
        values = get_argument_values(field, node, {})
    except GraphQLError:
        return None
    return values if all(type(one) in _FIXED or isinstance(one, Enum) for one in values.values()) else None


def _is_plain(kind: Any) -> bool:
    named = get_named_type(kind)
    return is_enum_type(named) or is_specified_scalar_type(named)
