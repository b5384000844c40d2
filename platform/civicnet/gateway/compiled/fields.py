"""Fields: each becomes one expression of its object's function, over names that are numbers."""

from __future__ import annotations

from functools import partial
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, NamedTuple

from graphene.types.resolver import dict_or_attr_resolver
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    TypeNameMetaFieldDef,
    default_field_resolver,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.execute import get_field_def
from graphql.pyutils import Path

from civicnet.gateway.compiled.arguments import arguments_of, fixed_arguments
from civicnet.gateway.compiled.completing import Completion, Field, completion
from civicnet.gateway.compiled.errors import failing
from civicnet.gateway.compiled.leaves import is_text, plainly
from civicnet.gateway.compiled.running import Complete, LeftToLibrary, Place, Run

if TYPE_CHECKING:
    from civicnet.gateway.compiled.selection import Selections


_new: Any = tuple.__new__


class Expression(NamedTuple):
    """Source for one field's value, and what its names stand for.

    ``reads``: it calls ``get`` for a name on the source. ``walks``: it needs the place as the library's path.
    """

    source: str
    names: dict[str, Any]
    reads: bool = False
    walks: bool = False


def expression(
    selections: Selections, parent: GraphQLObjectType, key: str, nodes: list[FieldNode], number: int
) -> Expression | None:
    """The expression of one field; None if the type has no such field, which the library leaves out as well.

    Raises:
        LeftToLibrary: the field's resolver is asynchronous.
    """
    definition = get_field_def(selections.schema, parent, nodes[0])
    if not definition:
        return None
    if definition is TypeNameMetaFieldDef:
        return Expression(f"t{number}", {f"t{number}": parent.name})
    if iscoroutinefunction(definition.resolve):
        raise LeftToLibrary
    found = completion(selections, definition.type, Field(parent, nodes[0].name.value, nodes))
    default = _read_by_default(definition, nodes[0])
    if default is None or found.needs_info:
        function = _resolving(parent, key, nodes, definition, found)
        return Expression(f"f{number}(run, source, at)", {f"f{number}": function}, walks=True)
    name, missing = default
    names = {f"n{number}": name, f"d{number}": missing, f"f{number}": _finishing(parent, key, nodes, definition, found)}
    source, more = _read(number, definition)
    return Expression(source, names | more, reads=True)


def _read_by_default(definition: GraphQLField, node: FieldNode) -> tuple[str, Any] | None:
    resolve = definition.resolve
    if not isinstance(resolve, partial) or resolve.func is not dict_or_attr_resolver or resolve.keywords:
        return None
    # The default one reads no arguments, but wrong ones are an error all the same.
    if definition.args and fixed_arguments(definition, node) is None:
        return None
    return resolve.args if len(resolve.args) == 2 else None


def _read(number: int, definition: GraphQLField) -> tuple[str, dict[str, Any]]:
    kind = _nullable(definition)
    found = plainly(kind) if is_leaf_type(kind) else None
    value = f"get(n{number}, d{number})"
    if found is None:
        return f"f{number}(run, {value}, at, None)", {}
    test = found.test.format(v=f"(v := {value})", e=f"e{number}")
    shown = found.shown.format(e=f"e{number}")
    # Once the usual value is ruled out, null is the next that a row holds.
    null = "" if is_non_null_type(definition.type) else "None if v is None else "
    return f"{shown} if {test} else {null}f{number}(run, v, at, None)", {f"e{number}": found.names}


def _nullable(definition: GraphQLField) -> Any:
    kind: Any = definition.type
    return get_nullable_type(kind)


def _finishing(
    parent: GraphQLObjectType, key: str, nodes: list[FieldNode], definition: GraphQLField, found: Completion
) -> Complete:
    """For what was read already: complete it at the field's place."""
    complete, typename, fail, select = found.complete, parent.name, failing(definition.type, nodes), found.select
    # No value is of this type.
    row = dict if select else LeftToLibrary

    def finish(run: Run, value: Any, at: Place, info: GraphQLResolveInfo | None) -> Any:
        place = at, key, typename
        try:
            if type(value) is row:
                return select(run, value, place)  # type: ignore[misc]
            return complete(run, value, place, info)
        except Exception as error:  # noqa: BLE001 — whatever went wrong is an error of the answer
            return fail(run, error, place)

    return finish


def _resolving(
    parent: GraphQLObjectType, key: str, nodes: list[FieldNode], definition: GraphQLField, found: Completion
) -> Any:
    """For everything else: call the resolver with a true info, and complete what it returns."""
    complete, typename, fail = found.complete, parent.name, failing(definition.type, nodes)
    resolve: Any = definition.resolve or default_field_resolver
    arguments = arguments_of(definition, nodes[0])
    head = nodes[0].name.value, nodes, definition.type, parent
    kind = _nullable(definition)
    # No value is of this type.
    text = str if is_leaf_type(kind) and is_text(kind) else LeftToLibrary
    select = found.select
    row = dict if select else LeftToLibrary

    def field(run: Run, source: Any, at: Place) -> Any:
        # What a NamedTuple's own constructor does, without its signature: twice as fast, for each field of each row.
        path = _new(Path, (at, key, typename))
        info = _new(GraphQLResolveInfo, head + (path,) + run.tail)  # noqa: RUF005 — unpacking would make a list first
        try:
            value = resolve(source, info) if arguments is None else resolve(source, info, **arguments(run.variables))
            if type(value) is row:
                return select(run, value, path)  # type: ignore[misc]
            return value if type(value) is text else complete(run, value, path, info)
        except Exception as error:  # noqa: BLE001 — whatever went wrong is an error of the answer
            return fail(run, error, path)

    return field
