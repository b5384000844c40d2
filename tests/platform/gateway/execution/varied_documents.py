"""Documents made more varied: fragments, aliases, the same key twice, @skip and @include, variables in place of literals."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    parse,
    parse_value,
    print_ast,
    value_from_ast_untyped,
)

# What stands for the value of an argument: by the field's and the argument's name, given the random numbers; None: unchanged.
Chooser = Callable[[str, str, Random], str | None]
_VARIABLE = re.compile(r"\$(\w+)")
_CONDITIONS = ("$yes", "$no", "$some", "$usually", "true", "false")


@dataclass(frozen=True)
class Varied:
    """A valid document with variables for it."""

    text: str
    tree: DocumentNode
    variables: dict[str, Any]


def varied(
    base: DocumentNode,
    schema: GraphQLSchema,
    rng: Random,
    choose: Chooser = lambda *_asked: None,
    *,
    trouble: float = 0.05,
) -> Varied:
    """A variation of a document that is valid on the schema; ``trouble`` is how often variables are left out or null."""
    operation = base.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    making = _Variation(schema, rng, choose, trouble)
    root = schema.get_root_type(operation.operation)
    body = making.selections(root, making.settled(root, operation.selection_set.selections))
    rest = "\n".join([f"{{ {body} }}", *making.fragments])
    used = set(_VARIABLE.findall(rest))
    head = "".join(f"${name}: {kind}, " for name, kind in making.declared.items() if name in used)
    text = f"{operation.operation.value} Op{f'({head})' if head else ''} {rest}"
    tree = parse(text)
    given = {name: value for name, value in making.values.items() if rng.random() > trouble}
    return Varied(text, tree, given)


class _Variation:
    def __init__(self, schema: GraphQLSchema, rng: Random, choose: Chooser, trouble: float) -> None:
        self.schema, self.rng, self.choose, self.trouble = schema, rng, choose, trouble
        self.settled_values: dict[tuple[str, str], Any] = {}
        self.fragments: list[str] = []
        self.declared: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.count = 0

    def settled(self, parent: Any, nodes: Any) -> list[Any]:
        """The same selections with their arguments as they will stay, so that what is asked twice is asked alike."""
        found = []
        for node in nodes:
            made = copy(node)
            if isinstance(node, InlineFragmentNode):
                made.type_condition = node.type_condition
                below = self.schema.type_map[node.type_condition.name.value] if node.type_condition else parent
            else:
                declared = getattr(parent, "fields", {}).get(node.name.value)
                below = get_named_type(declared.type) if declared else None
                if declared:
                    made.arguments = tuple(self._arguments(node, declared))
            if node.selection_set:
                made.selection_set = copy(node.selection_set)
                made.selection_set.selections = tuple(self.settled(below, node.selection_set.selections))
            found.append(made)
        return found

    def _arguments(self, node: FieldNode, declared: Any) -> Any:
        key = node.alias.value if node.alias else node.name.value
        for one in node.arguments:
            name = one.name.value
            # The same for the same key wherever it stands, or it could not be merged.
            if (key, name) not in self.settled_values:
                self.settled_values[key, name] = self._settled_value(node, declared.args[name], one)
            value = self.settled_values[key, name]
            if value is not None:
                yield ArgumentNode(name=one.name, value=value)

    def _settled_value(self, node: FieldNode, wanted: Any, given: ArgumentNode) -> Any:
        chosen = self.choose(node.name.value, given.name.value, self.rng)
        if not is_required_argument(wanted) and (chosen == "" or (chosen is None and self.rng.random() < 0.3)):
            return None
        value = parse_value(chosen) if chosen else given.value
        if self.rng.random() < 0.3:
            return parse_value("$" + self._variable(str(wanted.type), value_from_ast_untyped(value)))
        return value

    def _variable(self, kind: str, value: Any) -> str:
        self.count += 1
        name = f"v{self.count}"
        self.declared[name], self.values[name] = kind, value
        return name

    def selections(self, parent: Any, nodes: list[Any]) -> str:
        """The source of some selections, in another shape."""
        parts = [self._selection(parent, node) for node in nodes]
        dice = self.rng.random()
        if dice < 0.12:
            parts.append(f"{self._alias()}: __typename")
        elif dice < 0.2 and is_abstract_type(parent):
            parts.append(self._of_one_type(parent))
        if len(parts) > 1 and self.rng.random() < 0.25:
            start = self.rng.randrange(len(parts))
            parts[start:] = [self._fragment(parent, " ".join(parts[start:]))]
        return " ".join(parts)

    def _selection(self, parent: Any, node: Any) -> str:
        if isinstance(node, InlineFragmentNode):
            kind = self.schema.type_map[node.type_condition.name.value] if node.type_condition else parent
            on = f" on {kind.name}" if node.type_condition else ""
            return f"...{on}{self._directive()} {{ {self.selections(kind, node.selection_set.selections)} }}"
        declared = getattr(parent, "fields", {}).get(node.name.value)
        kind = get_named_type(declared.type) if declared else None
        key = f"{node.alias.value}: " if node.alias else ""
        times = 2 if self.rng.random() < 0.2 else 1
        written = [self._field(key, node, kind) for _time in range(times)]
        if self.rng.random() < 0.1:
            written.append(self._field(f"{self._alias()}: ", node, kind))
        return " ".join(written)

    def _field(self, key: str, node: FieldNode, kind: Any) -> str:
        given = ", ".join(print_ast(one) for one in node.arguments)
        source = f"{key}{node.name.value}{f'({given})' if given else ''}{self._directive()}"
        if not node.selection_set:
            return source
        below = list(node.selection_set.selections)
        if len(below) > 1 and self.rng.random() < 0.3:
            below = self.rng.sample(below, len(below) - 1)
        return f"{source} {{ {self.selections(kind, below)} }}"

    def _fragment(self, parent: Any, body: str) -> str:
        if self.rng.random() < 0.5:
            on = f" on {parent.name}" if self.rng.random() < 0.5 else ""
            return f"...{on}{self._directive()} {{ {body} }}"
        self.count += 1
        self.fragments.append(f"fragment F{self.count} on {parent.name} {{ {body} }}")
        spread = f"...F{self.count}{self._directive()}"
        return f"{spread} ...F{self.count}" if self.rng.random() < 0.2 else spread

    def _of_one_type(self, parent: Any) -> str:
        kind = self.rng.choice(self.schema.get_possible_types(parent))
        leaves = [name for name, one in kind.fields.items() if is_leaf_type(get_named_type(one.type)) and not one.args]
        asked = " ".join(f"{self._alias()}: {self.rng.choice(leaves)}" for _number in range(2))
        return f"... on {kind.name}{self._directive()} {{ {asked} }}"

    def _alias(self) -> str:
        self.count += 1
        return f"z{self.count}"

    def _directive(self) -> str:
        if self.rng.random() > 0.12:
            return ""
        condition = self.rng.choice(_CONDITIONS)
        if condition.startswith("$"):
            name = condition[1:]
            self.declared[name] = "Boolean = true" if name == "usually" else "Boolean!"
            self.values[name] = {"yes": True, "no": False}.get(name, self.rng.random() < 0.5)
            if name == "usually" and self.rng.random() < 3 * self.trouble:
                self.values[name] = None
        directive = self.rng.choice(["include", "include", "skip"])
        return f" @{directive}(if: {condition})"


def drawn(schema: GraphQLSchema, rng: Random) -> DocumentNode:
    """A document with fields, arguments and types by the dice, for ``varied`` to start from."""
    name = "mutation" if schema.mutation_type and rng.random() < 0.15 else "query"
    root = schema.mutation_type if name == "mutation" else schema.query_type
    return parse(f"{name} {{ {_drawn_below(schema, rng, root, 3)} }}")


def _drawn_below(schema: GraphQLSchema, rng: Random, kind: Any, depth: int) -> str:
    fields = getattr(kind, "fields", {})
    leaves = [name for name, one in fields.items() if is_leaf_type(get_named_type(one.type))]
    others = [name for name in fields if name not in leaves] if depth else []
    chosen = rng.sample(leaves, rng.randint(0, len(leaves) // 3)) + rng.sample(
        others, min(rng.choice([0, 1, 1, 2]), len(others))
    )
    parts = [_drawn_field(schema, rng, name, fields[name], depth - 1) for name in chosen]
    if is_abstract_type(kind):
        for one in schema.get_possible_types(kind):
            parts.append(f"... on {one.name} {{ {_drawn_below(schema, rng, one, max(depth - 1, 0))} }}")
    rng.shuffle(parts)
    return " ".join(parts) or "__typename"


def _drawn_field(schema: GraphQLSchema, rng: Random, name: str, field: Any, depth: int) -> str:
    given = [
        f"{key}: {literal(rng, one.type)}"
        for key, one in field.args.items()
        if is_required_argument(one) or rng.random() < 0.5
    ]
    source = f"{name}({', '.join(given)})" if given else name
    below = get_named_type(field.type)
    # A name of its own, so that types of an interface cannot disagree on it.
    alias = "" if is_leaf_type(below) and not given else f"{name}{rng.randrange(10**6)}: "
    return (
        f"{alias}{source}"
        if is_leaf_type(below)
        else f"{alias}{source} {{ {_drawn_below(schema, rng, below, depth)} }}"
    )


def literal(rng: Random, kind: Any) -> str:
    """A value of an input type, as a document writes it."""
    if is_non_null_type(kind):
        found = "null"
        while found == "null":
            found = literal(rng, kind.of_type)
        return found
    if rng.random() < 0.15:
        return "null"
    if is_list_type(kind):
        many = [literal(rng, kind.of_type) for _number in range(rng.randrange(3))]
        return f"[{', '.join(many)}]" if rng.random() < 0.8 else literal(rng, kind.of_type)
    if is_input_object_type(kind):
        chosen = [name for name in kind.fields if rng.random() < 0.5]
        return f"{{{', '.join(f'{name}: {literal(rng, kind.fields[name].type)}' for name in chosen)}}}"
    if is_enum_type(kind):
        return str(rng.choice(list(kind.values)))
    texts = {"Int": ["0", "7", "-2"], "Boolean": ["true", "false"]}
    return rng.choice(texts.get(kind.name, ['"a"', '"b c"', '""']))
