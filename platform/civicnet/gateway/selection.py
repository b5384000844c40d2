"""Selections: what a query asks for below a field, so that only that is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
)
from graphql.execution.values import get_argument_values

_KEPT = "_civicnet_selections"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One asking of a field: under which key it answers, with which arguments, and what is asked below it.

    ``parent`` names the type on which it is asked; below a union that tells the members apart.
    """

    key: str
    parent: str
    arguments: Mapping[str, Any]
    selection: Selection


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for below one field. Fragments are seen through; what a directive may leave out counts as asked."""

    _shape: _Shape
    _variables: Mapping[str, Any]

    @property
    def names(self) -> frozenset[str]:
        """The names of all fields below, at any depth."""
        return self._shape.names

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields right below."""
        return frozenset(self._shape.fields)

    def asks(self, *path: str) -> bool:
        """Whether the field at this path is asked for, by its name in the schema; ``nodes`` means ``edges.node`` too."""
        return bool(self._shape.at(path[:-1]).found(path[-1]))

    def at(self, *path: str) -> Selection:
        """What is asked for below the field at this path, under whatever aliases; empty where it is not asked for."""
        return Selection(self._shape.at(path), self._variables)

    def columns(self, table: Mapping[str, str]) -> tuple[str, ...]:
        """The columns that the fields right below need, by a table of columns by field; what is not in it needs none."""
        asked = self._shape.fields
        return tuple(dict.fromkeys(column for name, column in table.items() if name in asked))

    def calls(self, *path: str) -> Sequence[Call]:
        """Every asking of the field at this path, in the order of the document.

        One whose arguments cannot be read is left out: it answers with its own error when it is its turn.
        """
        return [call for one in self._shape.at(path[:-1]).found(path[-1]) if (call := self._call(one))]

    def once(self, make: Callable[[Selection], T]) -> T:
        """What ``make``, a function of a module, comes to for this selection; kept with the document where no variable can
        change it. Nobody may change what is kept."""
        if self._variables:
            return make(self)
        kept = self._shape.kept
        if make not in kept:
            kept[make] = make(self)
        found: T = kept[make]
        return found

    def _call(self, asked: _Asked) -> Call | None:
        parent, node, shape = asked
        definition = getattr(parent, "fields", {}).get(node.name.value)
        if definition is None:
            return None
        try:
            arguments = get_argument_values(definition, node, dict(self._variables))
        except GraphQLError:
            return None
        key = node.alias.value if node.alias else node.name.value
        return Call(key, parent.name, arguments, Selection(shape, self._variables))


def selection_of(info: GraphQLResolveInfo) -> Selection:
    """What a query asks for below the field that is being resolved.

    Reckoned once per document, and kept with its parsed tree for as long as that lives.
    """
    nodes = info.field_nodes
    kept: dict[tuple[int, ...], _Shape] = nodes[0].__dict__.setdefault(_KEPT, {})
    # An id names one node only while that lives: a shape holds its nodes, so no other can take over its key.
    key = (id(info.schema), *map(id, nodes))
    shape = kept.get(key)
    if shape is None or not shape.read_from(info.fragments):
        parent = get_named_type(info.return_type)
        shape = kept[key] = _Shape(info.schema, info.fragments, [(one, parent) for one in nodes])
    return Selection(shape, info.variable_values)


class _Shape:
    """The document's part of a selection: without the values of a request's variables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        nodes: Sequence[tuple[FieldNode, GraphQLNamedType]],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._nodes = nodes
        self._below: dict[str, _Shape] = {}
        self.kept: dict[Callable[[Selection], Any], Any] = {}

    def read_from(self, fragments: Mapping[str, FragmentDefinitionNode]) -> bool:
        """Whether the shape was made with these very fragments, not with others of the same names."""
        own = self._fragments
        return len(own) == len(fragments) and all(own.get(name) is one for name, one in fragments.items())

    @cached_property
    def fields(self) -> Mapping[str, Sequence[_Asked]]:
        found: dict[str, list[_Asked]] = {}
        for node, parent in self._nodes:
            for inner, on in self._fields_of(node.selection_set, parent, set()):
                definition = getattr(on, "fields", {}).get(inner.name.value)
                below = [(inner, get_named_type(definition.type))] if definition else []
                shape = _Shape(self._schema, self._fragments, below)
                found.setdefault(inner.name.value, []).append((on, inner, shape))
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        names: set[str] = set()
        spread: set[str] = set()
        waiting = [node.selection_set for node, _parent in self._nodes]
        while waiting:
            selections = waiting.pop()
            for one in selections.selections if selections else ():
                if isinstance(one, FragmentSpreadNode):
                    if one.name.value not in spread:
                        spread.add(one.name.value)
                        waiting.append(self._fragments[one.name.value].selection_set)
                    continue
                if isinstance(one, FieldNode):
                    names.add(one.name.value)
                waiting.append(getattr(one, "selection_set", None))
        return frozenset(names)

    def at(self, path: Sequence[str]) -> _Shape:
        shape = self
        for name in path:
            shape = shape._child(name)
        return shape

    def found(self, name: str) -> Sequence[_Asked]:
        own = self.fields.get(name, ())
        if name == "nodes" and "edges" in self.fields:
            return [*own, *self._child("edges").found("node")]
        return own

    def _child(self, name: str) -> _Shape:
        known = self._below.get(name)
        if known is None:
            nodes = [one for _parent, _node, shape in self.found(name) for one in shape._nodes]
            known = self._below[name] = _Shape(self._schema, self._fragments, nodes)
        return known

    def _fields_of(
        self, selections: SelectionSetNode | None, parent: GraphQLNamedType, spread: set[str]
    ) -> Iterator[tuple[FieldNode, GraphQLNamedType]]:
        for one in selections.selections if selections else ():
            if isinstance(one, FieldNode):
                yield one, parent
            elif isinstance(one, InlineFragmentNode):
                named = one.type_condition.name.value if one.type_condition else None
                on = self._schema.type_map[named] if named else parent
                yield from self._fields_of(one.selection_set, on, spread)
            elif isinstance(one, FragmentSpreadNode) and one.name.value not in spread:
                spread.add(one.name.value)
                fragment = self._fragments[one.name.value]
                named = fragment.type_condition.name.value
                yield from self._fields_of(fragment.selection_set, self._schema.type_map[named], spread)


_Asked = tuple[GraphQLNamedType, FieldNode, _Shape]
