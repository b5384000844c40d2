"""Leaves: scalars and enums, serialized by their own types, and at once where the value is plainly right already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphene.types.definitions import GrapheneEnumType
from graphql import GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLLeafType, GraphQLString, Undefined
from graphql.pyutils import inspect

from civicnet.gateway.compiled.running import PLAIN, refuse_awaitable

# By what a type serializes with: a test, as source, of values that come out as they are. ``{v}`` stands for the value once,
# after which it is called v.
_UNCHANGED: dict[Any, str] = {
    GraphQLString.serialize: "type({v}) is str",
    GraphQLID.serialize: "type({v}) is str",
    GraphQLInt.serialize: "type({v}) is int and -2147483648 <= v <= 2147483647",
    GraphQLFloat.serialize: "type({v}) is float and v - v == 0",
    GraphQLBoolean.serialize: "type({v}) is bool",
}
_TEXTS = (GraphQLString.serialize, GraphQLID.serialize)


def unchanged(kind: GraphQLLeafType) -> str | None:
    """The test of values that this type leaves as they are, if there is a cheap one."""
    return _UNCHANGED.get(kind.serialize)


def is_text(kind: GraphQLLeafType) -> bool:
    """Whether every str comes out of this type as it is."""
    return kind.serialize in _TEXTS


def serializer(kind: GraphQLLeafType) -> Callable[[Any], Any]:
    """A function from a value to what stands for it in the answer.

    It raises what the type raises, and ``TypeError`` where the type gives nothing.
    """
    serialize = kind.serialize
    names = _names(kind)

    def leaf(value: Any) -> Any:
        if names and type(value) is str and value in names:
            return names[value]
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
    texts = {one.name for one in members} | {str.__str__(one.value) for one in members if type(one.value) is str}
    return {text: kind.serialize(text) for text in texts}
