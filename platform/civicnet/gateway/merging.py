"""How often a document says the same: whether fields of one name fit together is compared two by two, by the library.

So their number counts twice, through fragments and at every level, and is reckoned before the library begins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from civicnet.gateway.limits import MOST_COMPARISONS, MOST_FIELDS, MOST_OPERATIONS, too_large

_Fragments = Mapping[str, FragmentDefinitionNode]


def too_alike(tree: DocumentNode) -> GraphQLError | None:
    """Why a document must not be validated, if so. It may still spread fragments in a circle."""
    operations = [one for one in tree.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) > MOST_OPERATIONS:
        return too_large("operations", len(operations), MOST_OPERATIONS)
    fragments = {one.name.value: one for one in tree.definitions if isinstance(one, FragmentDefinitionNode)}
    fields = comparisons = 0
    waiting = [[one.selection_set] for one in (*operations, *fragments.values())]
    while waiting:
        for alike in _merged(waiting.pop(), fragments).values():
            fields += len(alike)
            comparisons += len(alike) * (len(alike) - 1) // 2
            if comparisons > MOST_COMPARISONS:
                return too_large("comparisons", comparisons, MOST_COMPARISONS)
            if fields > MOST_FIELDS:
                return too_large("fields", fields, MOST_FIELDS)
            if inner := [one.selection_set for one in alike if one.selection_set]:
                waiting.append(inner)
    return None


def _merged(sets: Iterable[SelectionSetNode], fragments: _Fragments) -> Mapping[str, list[FieldNode]]:
    # Fields by the name under which they would be answered, as the executor gathers them.
    found: dict[str, list[FieldNode]] = defaultdict(list)
    spread: set[str] = set()
    waiting = list(sets)
    while waiting:
        for one in waiting.pop().selections:
            if isinstance(one, FieldNode):
                found[(one.alias or one.name).value].append(one)
            elif isinstance(one, InlineFragmentNode):
                waiting.append(one.selection_set)
            elif isinstance(one, FragmentSpreadNode) and one.name.value not in spread:
                spread.add(one.name.value)
                if fragment := fragments.get(one.name.value):
                    waiting.append(fragment.selection_set)
    return found
