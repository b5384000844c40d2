"""Completing: from what a resolver returned to what stands in the answer, type by type, as the library does it."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    Undefined,
    default_type_resolver,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.execute import invalid_return_type_error
from graphql.pyutils import is_iterable

from civicnet.gateway.compiled.errors import failing
from civicnet.gateway.compiled.leaves import is_text, serializer
from civicnet.gateway.compiled.running import (
    PLAIN,
    Complete,
    LeftToLibrary,
    Place,
    Run,
    Select,
    path_of,
    refuse_awaitable,
)

if TYPE_CHECKING:
    from civicnet.gateway.compiled.selection import Selections


class Completion(NamedTuple):
    """How values of a type are completed.

    ``needs_info``: it must be given the field's info. ``select``: what does it for a plain dict, which needs no look.
    """

    complete: Complete
    needs_info: bool
    select: Select | None


class Field(NamedTuple):
    """Where a value comes from: the object type, the field's name, and the nodes that ask for it."""

    parent: GraphQLObjectType
    name: str
    nodes: list[FieldNode]


def completion(selections: Selections, kind: GraphQLOutputType, field: Field) -> Completion:
    """How values of a type are completed where this field holds them, null and errors included."""
    null = None
    if isinstance(kind, GraphQLNonNull):
        kind, null = kind.of_type, f"Cannot return null for non-nullable field {field.parent.name}.{field.name}."
    present = _present(selections, kind, field)
    complete_present = present.complete

    def complete(run: Run, value: Any, place: Place, info: GraphQLResolveInfo | None) -> Any:
        if type(value) not in PLAIN:
            refuse_awaitable(value)
            if isinstance(value, Exception):
                raise value
        if value is None or value is Undefined:
            if null is not None:
                raise TypeError(null)
            return None
        return complete_present(run, value, place, info)

    return present._replace(complete=complete)


def _present(selections: Selections, kind: Any, field: Field) -> Completion:
    if isinstance(kind, GraphQLList):
        return _list(selections, kind, field)
    if is_leaf_type(kind):
        leaf = serializer(kind)
        return Completion(lambda run, value, place, info: leaf(value), False, None)
    if is_abstract_type(kind):
        return _abstract(selections, kind, field)
    return _object(selections, kind, field)


def _list(selections: Selections, kind: GraphQLList[Any], field: Field) -> Completion:
    item = completion(selections, kind.of_type, field)
    complete_item, select = item.complete, item.select
    fail = failing(kind.of_type, field.nodes)
    # No value is of this type.
    row = dict if select else LeftToLibrary
    named: Any = get_nullable_type(kind.of_type)
    text = str if is_leaf_type(named) and is_text(named) else LeftToLibrary

    def complete(run: Run, value: Any, place: Place, info: GraphQLResolveInfo | None) -> list[Any]:
        if type(value) is not list and not is_iterable(value):
            if isinstance(value, AsyncIterable):
                raise LeftToLibrary
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{field.parent.name}.{field.name}'.")
        # Once here, and not once for each item below.
        place = path_of(place)
        done: list[Any] = []
        for index, one in enumerate(value):
            if type(one) is text:
                done.append(one)
                continue
            at = place, index, None
            try:
                done.append(
                    select(run, one, at) if type(one) is row else complete_item(run, one, at, info)  # type: ignore[misc]
                )
            except Exception as error:  # noqa: BLE001 — whatever went wrong is an error of the answer
                done.append(fail(run, error, at))
        return done

    return Completion(complete, item.needs_info, None)


def _object(selections: Selections, kind: GraphQLObjectType, field: Field) -> Completion:
    select, is_type_of = selections.below(kind, field.nodes), kind.is_type_of
    if is_type_of is None:
        return Completion(lambda run, value, place, info: select(run, value, place), False, select)

    def complete(run: Run, value: Any, place: Place, info: GraphQLResolveInfo | None) -> dict[str, Any]:
        is_one = is_type_of(value, info)  # type: ignore[arg-type]
        if type(is_one) is not bool:
            refuse_awaitable(is_one)
        if not is_one:
            raise invalid_return_type_error(kind, value, field.nodes)
        return select(run, value, place)

    return Completion(complete, True, None)


def _abstract(selections: Selections, kind: GraphQLAbstractType, field: Field) -> Completion:
    resolve_type: Any = kind.resolve_type or default_type_resolver
    # Most of an interface's types never come up: each is compiled when it does.
    known: dict[str, Complete] = {}

    def complete(run: Run, value: Any, place: Place, info: GraphQLResolveInfo | None) -> Any:
        name = resolve_type(value, info, kind)
        if type(name) is not str:
            refuse_awaitable(name)
        found = known.get(name) if type(name) is str else None
        if found is None:
            actual = selections.core.ensure_valid_runtime_type(name, kind, field.nodes, info, value)  # type: ignore[arg-type]
            found = known[actual.name] = _object(selections, actual, field).complete
        return found(run, value, place, info)

    return Completion(complete, True, None)
