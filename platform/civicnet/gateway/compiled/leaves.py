"""Leaves: scalars and enums, serialized by their own types, and at once where the value is plainly right already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from graphene import DateTime
from graphene.types.definitions import GrapheneEnumType
from graphql import GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLLeafType, GraphQLString, Undefined
from graphql.pyutils import inspect

from civicnet.gateway.compiled.running import PLAIN, refuse_awaitable

# By what a type serializes with: a test, as source, of values that are plainly right, and what then stands in the answer.
# ``{v}`` stands for the value once, after which it is called v.
_TEXT = "type({v}) is str", "v"
_PLAINLY: dict[Any, tuple[str, str]] = {
    GraphQLString.serialize: _TEXT,
    GraphQLID.serialize: _TEXT,
    GraphQLInt.serialize: ("type({v}) is int and -2147483648 <= v <= 2147483647", "v"),
    GraphQLFloat.serialize: ("type({v}) is float and v - v == 0", "v"),
    GraphQLBoolean.serialize: ("type({v}) is bool", "v"),
    DateTime.serialize: ("type({v}) is datetime and type(v.tzinfo) in zones", "v.isoformat()"),
}
# Zones of one's own may raise where they are asked.
_ZONES = frozenset({type(None), timezone, ZoneInfo})
NAMES: dict[str, Any] = {"datetime": datetime, "zones": _ZONES}


class Plainly(NamedTuple):
    """Source for values that are plainly right: a test, and what stands in the answer; ``names`` are bound to ``e0``."""

    test: str
    shown: str
    names: dict[str, str]


def plainly(kind: GraphQLLeafType) -> Plainly | None:
    """How to know values of this type that need no second look; None if there is no cheap way."""
    if names := _names(kind):
        return Plainly("type({v}) is str and v in {e}", "{e}[v]", names)
    found = _PLAINLY.get(kind.serialize)
    return Plainly(*found, {}) if found else None


def is_text(kind: GraphQLLeafType) -> bool:
    """Whether every str comes out of this type as it is."""
    return _PLAINLY.get(kind.serialize) is _TEXT


def serializer(kind: GraphQLLeafType) -> Callable[[Any], Any]:
    """A function from a value to what stands for it in the answer.

    It raises what the type raises, and ``TypeError`` where the type gives nothing.
    """
    serialize = kind.serialize

    def leaf(value: Any) -> Any:
        done = serialize(value)
        if type(done) not in PLAIN:
            refuse_awaitable(done)
        if done is None or done is Undefined:
            raise TypeError(
                f"Expected `{inspect(kind)}.serialize({inspect(value)})`"
                f" to return non-nullable value, returned: {inspect(done)}"
            )
        return done

    return leaf


def _names(kind: GraphQLLeafType) -> dict[str, str]:
    # Finding a member by a plain text costs more than the rest of a row, and comes out the same each time.
    if not isinstance(kind, GrapheneEnumType) or type(kind).serialize is not GrapheneEnumType.serialize:
        return {}
    members = list(kind.graphene_type._meta.enum)
    texts = {one.name for one in members} | {one.value for one in members if type(one.value) is str}
    return {text: kind.serialize(text) for text in texts}
