"""Selection: merged by the library's own rules, once, and turned into one function for each object type and set of fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import CodeType
from typing import Any

from graphene.types.resolver import dict_or_attr_resolver
from graphql import (
    ExecutionContext,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.execute import CollectedErrors

from civicnet.gateway.compiled.fields import Expression, expression
from civicnet.gateway.compiled.leaves import NAMES
from civicnet.gateway.compiled.running import LeftToLibrary, Select, path_of

# Nothing else can get into the source: names and texts are bound to these, never written.
_SOURCE = re.compile(r"[A-Za-z_0-9 ():=<>.,\-\[\]]+")


class Selections:
    """The functions of one operation, for one answer to each of its @skip and @include.

    ``truths`` holds what the variables of these directives say. ``core`` is the library's context, for its rules.
    ``fields`` counts those compiled so far.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDefinitionNode],
        operation: OperationDefinitionNode,
        truths: Mapping[str, bool],
    ) -> None:
        self.schema = schema
        self._fragments = fragments
        self._operation = operation
        self._truths = dict(truths)
        self.fields = 0
        self._most: int | None = None
        self._known: dict[tuple[Any, ...], Select] = {}
        self.core = ExecutionContext(
            schema=schema,
            fragments=fragments,
            root_value=None,
            context_value=None,
            operation=operation,
            variable_values={},
            field_resolver=default_field_resolver,
            type_resolver=default_type_resolver,
            subscribe_field_resolver=default_field_resolver,
            collected_errors=CollectedErrors(),
            middleware_manager=None,
            is_awaitable=None,
        )

    def root(self, kind: GraphQLObjectType, most: int) -> Select:
        """The function of the operation's own selections.

        Raises:
            LeftToLibrary: it comes to more fields than this. Types that only turn up in answers are not counted.
        """
        self._most = most
        collected = collect_fields(self.schema, self._fragments, self._truths, kind, self._operation.selection_set)
        select = self._select(kind, collected)
        self._most = None
        return select

    def below(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Select:
        """The function of what is selected below some nodes of one field, where the object is of this type."""
        # As in the library: the same nodes under many parents are compiled once.
        key = kind.name, *map(id, nodes)
        if key not in self._known:
            collected = collect_sub_fields(self.schema, self._fragments, self._truths, kind, nodes)
            self._known[key] = self._select(kind, collected)
        return self._known[key]

    def _select(self, kind: GraphQLObjectType, collected: dict[str, list[FieldNode]]) -> Select:
        self.fields += len(collected)
        if self._most is not None and self.fields > self._most:
            raise LeftToLibrary
        fields: dict[str, Expression] = {}
        for number, (key, nodes) in enumerate(collected.items()):
            found = expression(self, kind, key, nodes, number)
            if found is not None:
                fields[key] = found
        return _function(fields)


def _function(fields: dict[str, Expression]) -> Select:
    lines = ["def select(run, source, at):"]
    if any(one.reads for one in fields.values()):
        lines.append(" get = source.get if type(source) is dict else reader(source)")
    if any(one.walks for one in fields.values()):
        lines.append(" at = path_of(at)")
    pairs = [f"k{number}: {one.source}" for number, one in enumerate(fields.values())]
    if not all(map(_SOURCE.fullmatch, pairs)):
        raise ValueError(pairs)
    lines.append(f" return {{{', '.join(pairs)}}}")
    names: dict[str, Any] = NAMES | {"reader": _reader, "path_of": path_of}
    names |= {f"k{number}": key for number, key in enumerate(fields)}
    for one in fields.values():
        names |= one.names
    exec(_code("\n".join(lines)), names)  # noqa: S102 — made of nothing but the words above, see _SOURCE
    select: Select = names["select"]
    return select


# Of many types the same few leaves are asked in the same order: their functions differ in names alone.
@lru_cache(maxsize=512)
def _code(source: str) -> CodeType:
    return compile(source, "<plan>", "exec")


def _reader(source: Any) -> Callable[[str, Any], Any]:
    return partial(_read, source)


def _read(source: Any, name: str, missing: Any) -> Any:
    try:
        return dict_or_attr_resolver(name, missing, source, None)
    except Exception as error:  # noqa: BLE001 — an error that is returned is completed like one that was raised
        return error
