"""Limits of a document: the published numbers, and those that hold before it is even validated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
)

from civicnet.gateway.sentences import OwnError

MOST_CHARACTERS = 50_000
MOST_TOKENS = 2_000
# Of a selection set, and as deep as a query goes, through its fragments too.
MOST_SELECTIONS = 100
MOST_DEPTH = 15
MOST_ALIASES = 100
MOST_ALIASES_OF_ONE = 30
MOST_DIRECTIVES = 50
MOST_DIRECTIVES_AT_ONE = 5
MOST_SPREADS = 100
# Validation compares fields of one name two by two, some ten microseconds each. First those in the text are counted, wherever
# they stand, and then, with every fragment where it is spread, those that it would really compare, and all fields.
MOST_NAMED_ALIKE = 5_000
MOST_COMPARISONS = 2_500
MOST_FIELDS = 5_000
MOST_OPERATIONS = 50
# Rows that all lists together may give, each multiplied by those that it stands in.
MOST_NODES = 5_000
MOST_COST = 10_000

_SENTENCES = {
    "characters": gettext_lazy("A query has at most %(allowed)d characters."),
    "tokens": gettext_lazy("A query has at most %(allowed)d words and signs. Ask in several requests."),
    "selections": gettext_lazy("At most %(allowed)d fields stand beside each other. Ask in several requests."),
    "depth": gettext_lazy("A query goes at most %(allowed)d levels deep. Ask for the inner part by its id."),
    "aliases": gettext_lazy("A query gives at most %(allowed)d names of its own. Ask in several requests."),
    "aliasesOfField": gettext_lazy(
        "A query asks for one field under at most %(allowed)d names of its own. Ask in several requests."
    ),
    "directives": gettext_lazy("A query has at most %(allowed)d directives."),
    "directivesOfField": gettext_lazy("At most %(allowed)d directives stand at one place."),
    "spreads": gettext_lazy("A query spreads fragments at most %(allowed)d times."),
    "comparisons": gettext_lazy("The same names stand too often in this query. Ask in several requests."),
    "operations": gettext_lazy("A document has at most %(allowed)d operations. Send them in several requests."),
    "fields": gettext_lazy("The query says the same too often. Ask for each field once, and spread less."),
    "nodes": gettext_lazy(
        "This query asks for up to %(asked)d rows, and at most %(allowed)d are allowed. Ask for fewer."
    ),
    "cost": gettext_lazy(
        "This query costs %(asked)d, and at most %(allowed)d is allowed. Ask for fewer rows or fields."
    ),
}


def too_large(limit: str, asked: int, allowed: int, at: Node | None = None) -> GraphQLError:
    """The error of a limit; its ``extensions`` say which one, what was asked, and what is allowed."""
    sentence = str(_SENTENCES[limit]) % {"asked": asked, "allowed": allowed}
    return OwnError(sentence, at, extensions={"limit": limit, "asked": asked, "allowed": allowed})


def misshapen(tree: DocumentNode) -> GraphQLError | None:
    """Why the document must not even be validated, if so. One walk over it; fragments may still run in circles."""
    shape = _Shape(tree)
    for limit, asked, allowed in (
        ("selections", shape.selections, MOST_SELECTIONS),
        ("aliases", shape.aliases.total(), MOST_ALIASES),
        ("aliasesOfField", max(shape.aliases.values(), default=0), MOST_ALIASES_OF_ONE),
        ("directives", shape.directives, MOST_DIRECTIVES),
        ("directivesOfField", shape.directives_at_one, MOST_DIRECTIVES_AT_ONE),
        ("spreads", len(shape.spreads), MOST_SPREADS),
        ("comparisons", sum(count * (count - 1) // 2 for count in shape.names.values()), MOST_NAMED_ALIKE),
        ("depth", shape.depth, MOST_DEPTH),
    ):
        if asked > allowed:
            return too_large(limit, asked, allowed)
    return None


class _Shape:
    """How wide a document is, and how deep, reckoned as it is written."""

    def __init__(self, tree: DocumentNode) -> None:
        self.aliases: Counter[str] = Counter()
        self.names: Counter[str] = Counter()
        self.spreads: list[str] = []
        self.selections = self.directives = self.directives_at_one = 0
        # Of each definition: the levels it has, and at which level it spreads which fragment.
        self._levels: dict[str, tuple[int, list[tuple[str, int]]]] = {}
        for place, one in enumerate(tree.definitions):
            if isinstance(one, OperationDefinitionNode | FragmentDefinitionNode):
                name = one.name.value if isinstance(one, FragmentDefinitionNode) else f" {place}"
                self._levels[name] = self._definition(one)

    def _definition(self, definition: OperationDefinitionNode | FragmentDefinitionNode) -> tuple[int, list[Any]]:
        deepest, spread = 0, []
        self._count_directives(definition)
        for variable in definition.variable_definitions or ():
            self._count_directives(variable)
        for node, level in self._nodes(definition.selection_set):
            deepest = max(deepest, level)
            self._count_directives(node)
            if isinstance(node, FieldNode):
                self.names[node.alias.value if node.alias else node.name.value] += 1
                if node.alias:
                    self.aliases[node.name.value] += 1
            elif isinstance(node, FragmentSpreadNode):
                spread.append((node.name.value, level - 1))
                self.spreads.append(node.name.value)
        return deepest, spread

    def _nodes(self, selections: SelectionSetNode) -> Iterator[tuple[Any, int]]:
        waiting = [(selections, 1)]
        while waiting:
            found, level = waiting.pop()
            self.selections = max(self.selections, len(found.selections))
            for one in found.selections:
                yield one, level
                if inner := getattr(one, "selection_set", None):
                    waiting.append((inner, level + isinstance(one, FieldNode)))

    def _count_directives(self, node: Any) -> None:
        count = len(node.directives or ())
        self.directives += count
        self.directives_at_one = max(self.directives_at_one, count)

    @cached_property
    def depth(self) -> int:
        """Levels of the deepest definition, fragments spread; what spreads itself is left to validation."""
        known: dict[str, int] = {}
        return max((self._depth(name, known) for name in self._levels), default=0)

    def _depth(self, name: str, known: dict[str, int]) -> int:
        if name not in known:
            # Met again on the way down, it is a circle.
            known[name] = 0
            levels, spread = self._levels.get(name, (0, []))
            known[name] = max([levels, *(at + self._depth(inner, known) for inner, at in spread)])
        return known[name]
