"""Limits of a document, reckoned before anything runs: how wide, how deep, and how much it may come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from civicnet.gateway.connection import DEFAULT, MOST

# The library compares the selections of a set two by two, so their number counts twice.
MOST_SELECTIONS = 100
MOST_DEPTH = 15
# One for each field of each row, and as much as a short list for each root field, which costs a statement of its own.
MOST_COST = 10_000
ROOT_COST = 50
# Arguments that name each row of the answer.
_NAMING = {"ids", "representations"}
# What a list that cannot be paged is taken to hold.
SHORT_LIST = 5


def too_wide(tree: DocumentNode) -> GraphQLError | None:
    """Why the document must not even be validated, if so."""
    for selections in _sets(tree):
        if len(selections.selections) > MOST_SELECTIONS:
            return GraphQLError(f"At most {MOST_SELECTIONS} fields stand beside each other.", selections)
    return None


def too_much(schema: GraphQLSchema, tree: DocumentNode) -> GraphQLError | None:
    """Why a valid document must not run, if so."""
    reckoning = _Reckoning(schema, tree)
    for one in tree.definitions:
        if isinstance(one, OperationDefinitionNode):
            root = schema.get_root_type(one.operation)
            depth, cost = reckoning.of(one.selection_set, root, ROOT_COST)
            if depth > MOST_DEPTH:
                return GraphQLError(f"A query goes at most {MOST_DEPTH} levels deep.", one)
            if cost > MOST_COST:
                message = f"This query costs {cost}, and at most {MOST_COST} is allowed. Ask for fewer rows or fields."
                return GraphQLError(message, one)
    return None


class _Reckoning:
    """Depth and cost of selection sets; each fragment is reckoned once, however often it is spread."""

    def __init__(self, schema: GraphQLSchema, tree: DocumentNode) -> None:
        self._schema = schema
        self._fragments = {one.name.value: one for one in tree.definitions if isinstance(one, FragmentDefinitionNode)}
        self._known: dict[tuple[str, int], tuple[int, int]] = {}

    def of(self, selections: SelectionSetNode | None, parent: Any, each: int = 1) -> tuple[int, int]:
        """Depth and cost; ``each`` is what one field costs here."""
        found = [self._one(one, parent, each) for one in selections.selections] if selections else []
        return max((depth for depth, _cost in found), default=0), sum(cost for _depth, cost in found)

    def _one(self, node: Node, parent: Any, each: int) -> tuple[int, int]:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, each)
        if isinstance(node, InlineFragmentNode):
            named = self._schema.type_map[node.type_condition.name.value] if node.type_condition else parent
            return self.of(node.selection_set, named, each)
        assert isinstance(node, FieldNode)  # noqa: S101 — a selection is one of these three
        # Introspection has no rows, and the library limits how deep it goes by itself.
        field = getattr(parent, "fields", {}).get(node.name.value)
        if field is None:
            return 1, each
        depth, cost = self.of(node.selection_set, get_named_type(field.type))
        return depth + 1, each + _rows(node, field, parent) * cost

    def _fragment(self, name: str, each: int) -> tuple[int, int]:
        key = name, each
        if key not in self._known:
            fragment = self._fragments[name]
            named = self._schema.type_map[fragment.type_condition.name.value]
            self._known[key] = self.of(fragment.selection_set, named, each)
        return self._known[key]


def _rows(node: FieldNode, field: GraphQLField, parent: Any) -> int:
    if "first" in field.args:
        given = next((one.value for one in node.arguments if one.name.value == "first"), None)
        if isinstance(given, IntValueNode):
            # What lies outside is refused by the list itself.
            return int(given.value) if len(given.value) < 4 and 0 < int(given.value) <= MOST else MOST
        return MOST if isinstance(given, VariableNode) else DEFAULT
    if named := _NAMING & field.args.keys():
        asked = next((one.value for one in node.arguments if one.name.value in named), None)
        return len(asked.values) if isinstance(asked, ListValueNode) else MOST
    bare = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    paged = "pageInfo" in getattr(parent, "fields", {})
    return SHORT_LIST if isinstance(bare, GraphQLList) and not paged else 1


def _sets(node: Any) -> Iterator[SelectionSetNode]:
    waiting = [one.selection_set for one in node.definitions if hasattr(one, "selection_set")]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(inner for one in found.selections if (inner := getattr(one, "selection_set", None)))
