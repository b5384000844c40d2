"""Reckoning: what a valid document comes to before it runs, as numbers, or as a sum that waits for the variables in sizes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_object_type,
)

from civicnet.gateway import limits
from civicnet.gateway.connection import DEFAULT, MOST
from civicnet.gateway.prices import FIELD_COST, INTROSPECTION_COST, ROOT_COST, is_list, is_page, price_of

Variables = Mapping[str, Any]
_SCHEMA = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Amount:
    """What an operation comes to: its cost, and the rows that its lists may give."""

    cost: int
    nodes: int


@dataclass(frozen=True, slots=True)
class _Given:
    """A number of rows that the request says; ``default`` where it says nothing, ``null`` where it says just that."""

    variable: str
    default: int
    null: int

    def of(self, given: Variables) -> int:
        """How many with these variables."""
        value = given.get(self.variable, self.default)
        return self.null if value is None else _size(value)


# Factors of a product: numbers known from the document, and at most a few that the request gives.
_Rows = int | _Given


@dataclass(slots=True)
class _Step:
    """A part of the sum: what is known, earlier parts with what multiplies them, groups of which only the dearest counts."""

    cost: int = 0
    nodes: int = 0
    waiting: tuple[tuple[_Rows, int], ...] = ()
    either: tuple[tuple[int, ...], ...] = ()

    @property
    def known(self) -> bool:
        return not self.waiting and not self.either


class Weight:
    """What an operation comes to, as a function of the variables. ``known``: it is the same whatever they are."""

    def __init__(self, steps: list[_Step]) -> None:
        # Each fragment is a part of its own, reckoned once, however often it is spread.
        self._steps = steps
        last = steps[-1]
        self.known = Amount(last.cost, last.nodes) if last.known else None

    def of(self, variables: Variables | None) -> Amount:
        """The amount with these variables; a number that a list will refuse counts as its most."""
        if self.known is not None:
            return self.known
        given = variables or {}
        found: list[tuple[int, int]] = []
        for step in self._steps:
            cost, nodes = step.cost, step.nodes
            for factor, earlier in step.waiting:
                rows = factor if isinstance(factor, int) else factor.of(given)
                cost += rows * found[earlier][0]
                nodes += rows * found[earlier][1]
            for group in step.either:
                cost += max(found[one][0] for one in group)
                nodes += max(found[one][1] for one in group)
            found.append((cost, nodes))
        return Amount(*found[-1])


def weigh(schema: GraphQLSchema, tree: DocumentNode, operation: OperationDefinitionNode) -> Weight:
    """The weight of an operation of a valid document."""
    return _Reckoning(schema, tree, operation).weight()


class _Reckoning:
    def __init__(self, schema: GraphQLSchema, tree: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._schema, self._operation = schema, operation
        self._fragments = {one.name.value: one for one in tree.definitions if isinstance(one, FragmentDefinitionNode)}
        self._defaults = {one.variable.name.value: one.default_value for one in operation.variable_definitions}
        self._known: dict[tuple[str, int, _Rows], int] = {}
        self._steps: list[_Step] = []

    def weight(self) -> Weight:
        root = self._schema.get_root_type(self._operation.operation)
        self._set(self._operation.selection_set, root, ROOT_COST, 1)
        return Weight(self._steps)

    def _set(self, selections: SelectionSetNode, parent: Any, each: int, page: _Rows) -> int:
        """Add the part of a selection set; ``each`` is what a field usually costs here, ``page`` how long the lists of a
        page are. Returns its number."""
        step = _Step()
        members: dict[str, list[Node]] = defaultdict(list)
        for one in selections.selections:
            if member := self._member(one, parent):
                members[member].append(one)
            else:
                self._selection(step, one, parent, each, page)
        if members:
            # A row is of one of these types: what is asked of the others costs nothing.
            self._add_dearest(step, [self._together(nodes, parent, each, page) for nodes in members.values()])
        self._steps.append(step)
        return len(self._steps) - 1

    def _member(self, node: Node, parent: Any) -> str | None:
        """The object type that a fragment below a union or an interface is for."""
        if not is_abstract_type(parent) or isinstance(node, FieldNode):
            return None
        if isinstance(node, FragmentSpreadNode):
            condition: Any = self._fragments[node.name.value].type_condition
        else:
            condition = getattr(node, "type_condition", None)
        name: str | None = condition.name.value if condition else None
        return name if name is not None and is_object_type(self._schema.type_map[name]) else None

    def _together(self, nodes: list[Node], parent: Any, each: int, page: _Rows) -> int:
        step = _Step()
        for one in nodes:
            self._selection(step, one, parent, each, page)
        self._steps.append(step)
        return len(self._steps) - 1

    def _add_dearest(self, step: _Step, parts: list[int]) -> None:
        found = [self._steps[one] for one in parts]
        if all(one.known for one in found):
            step.cost += max(one.cost for one in found)
            step.nodes += max(one.nodes for one in found)
        else:
            step.either += (tuple(parts),)

    def _selection(self, step: _Step, node: Node, parent: Any, each: int, page: _Rows) -> None:
        if isinstance(node, FragmentSpreadNode):
            self._add(step, 1, self._fragment(node.name.value, each, page))
        elif isinstance(node, InlineFragmentNode):
            named = self._schema.type_map[node.type_condition.name.value] if node.type_condition else parent
            self._add(step, 1, self._set(node.selection_set, named, each, page))
        elif isinstance(node, FieldNode):
            self._field(step, node, parent, each, page)

    def _fragment(self, name: str, each: int, page: _Rows) -> int:
        key = name, each, page
        if key not in self._known:
            fragment = self._fragments[name]
            named = self._schema.type_map[fragment.type_condition.name.value]
            self._known[key] = self._set(fragment.selection_set, named, each, page)
        return self._known[key]

    def _field(self, step: _Step, node: FieldNode, parent: Any, each: int, page: _Rows) -> None:
        field = getattr(parent, "fields", {}).get(node.name.value)
        if field is None:
            # How deep introspection goes the library limits by itself.
            step.cost += INTROSPECTION_COST if node.name.value in _SCHEMA else each
            return
        price = price_of(field)
        step.cost += each if price.cost is None else price.cost
        if price.arguments:
            written = {one.name.value for one in node.arguments}
            step.cost += sum(more for name, more in price.arguments if name in written)
        rows = self._rows(node, field)
        # What stands in the lists of a page is multiplied there, and what stands beside them is not.
        within, times = (rows, 1) if is_page(get_named_type(field.type)) else (1, rows)
        if is_list(field):
            times = page if is_page(parent) else times
            if is_composite_type(get_named_type(field.type)):
                self._add(step, times, self._one_row())
        if node.selection_set:
            below = self._set(node.selection_set, get_named_type(field.type), FIELD_COST, within)
            self._add(step, times, below)

    def _one_row(self) -> int:
        self._steps.append(_Step(nodes=1))
        return len(self._steps) - 1

    def _add(self, step: _Step, times: _Rows, number: int) -> None:
        part = self._steps[number]
        if isinstance(times, int) and part.known:
            step.cost += times * part.cost
            step.nodes += times * part.nodes
        else:
            step.waiting += ((times, number),)

    def _rows(self, node: FieldNode, field: GraphQLField) -> _Rows:
        price = price_of(field)
        named = [one for one in price.sizes if one in field.args]
        if not named:
            return price.rows if is_list(field) else 1
        written = {one.name.value: one.value for one in node.arguments}
        given = [self._value(written[one], field, one) for one in named if one in written]
        if not given:
            return _size(_default(field, named[0]))
        # Of two sizes given, one of them by the request, the list itself will take but one.
        numbers = [one for one in given if isinstance(one, int)]
        return MOST if len(given) > len(numbers) and len(given) > 1 else max(numbers) if numbers else given[0]

    def _value(self, value: Node, field: GraphQLField, argument: str) -> _Rows:
        usual = _size(_default(field, argument))
        if not isinstance(value, VariableNode):
            return _written(value, usual)
        return _Given(value.name.value, _written(self._defaults.get(value.name.value), usual), usual)


def _written(value: Node | None, usual: int) -> int:
    if isinstance(value, ListValueNode):
        return _size(len(value.values))
    if isinstance(value, IntValueNode):
        return _size(int(value.value) if len(value.value) < 4 else MOST)
    return usual


def _default(field: GraphQLField, argument: str) -> Any:
    default = field.args[argument].default_value
    return None if default is Undefined else default


def _size(value: Any) -> int:
    if value is None:
        return DEFAULT
    # Where each row is named, there are as many as names.
    value = len(value) if isinstance(value, list) else value
    # What lies outside is refused by the list itself.
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST else MOST


def too_much(amount: Amount) -> GraphQLError | None:
    """Why an operation of this amount must not run, if so."""
    if amount.nodes > limits.MOST_NODES:
        return limits.too_large("nodes", amount.nodes, limits.MOST_NODES)
    if amount.cost > limits.MOST_COST:
        return limits.too_large("cost", amount.cost, limits.MOST_COST)
    return None
