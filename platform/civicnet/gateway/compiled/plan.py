"""Plans: an operation with its functions, ready to run on a request's context and variables."""

from __future__ import annotations

from typing import Any

from graphql import (
    DocumentNode,
    ExecutionContext,
    ExecutionResult,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    execute,
)
from graphql.execution.values import get_variable_values
from graphql.pyutils import is_awaitable

from civicnet.gateway.compiled.running import LeftToLibrary, Run, Select
from civicnet.gateway.compiled.selection import Selections

# A compiled field takes some two kilobytes: this bounds what one operation can make a process keep.
MOST_FIELDS = 500
# One for each way that the variables of @skip and @include were answered; whoever asks in more ways waits a little longer.
MOST_VARIANTS = 16
_CONDITIONS = ("skip", "include")


class Plan:
    """One operation of a document, compiled for a schema. Safe to use from several threads."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self.schema = schema
        self.document = document
        self._operation = operation
        found = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
        self._fragments = {one.name.value: one for one in found}
        self._conditions = _condition_names(operation, self._fragments)
        self._root: GraphQLObjectType = schema.get_root_type(operation.operation)  # type: ignore[assignment]
        self._variants: dict[tuple[bool, ...], Select] = {}
        self._fields_left = MOST_FIELDS
        if not self._conditions and self._variant(()) is None:
            raise LeftToLibrary

    def run(
        self, *, root_value: Any = None, context_value: Any = None, variable_values: dict[str, Any] | None = None
    ) -> ExecutionResult:
        """Exactly the result that the library's ``execute`` gives for this operation.

        What turns out to need the library is answered by it, from the beginning: a query then runs its resolvers again.

        Raises:
            RuntimeError: a resolver of a mutation returned something to await; nothing is run twice.
        """
        definitions = self._operation.variable_definitions or ()
        variables = get_variable_values(self.schema, definitions, variable_values or {}, max_errors=50)
        if isinstance(variables, list):
            return ExecutionResult(None, variables)
        select = self._variant(tuple(variables.get(name) for name in self._conditions))
        if select is None:
            return self._by_library(root_value, context_value, variable_values)
        shared = self.schema, self._fragments, root_value, self._operation, variables, context_value, is_awaitable
        run = Run(variables, shared)
        data: dict[str, Any] | None = None
        try:
            data = select(run, root_value, None)
        except GraphQLError as error:
            run.errors.append(error)
        except LeftToLibrary:
            if self._operation.operation is not OperationType.QUERY:
                raise RuntimeError("A resolver of a mutation returned something to await.") from None
            return self._by_library(root_value, context_value, variable_values)
        return ExecutionContext.build_response(data, run.errors)

    def _variant(self, truths: tuple[Any, ...]) -> Select | None:
        # Null where a variable has a default, or nothing at all: the library knows what to say.
        if not all(type(one) is bool for one in truths):
            return None
        found = self._variants.get(truths)
        if found is None and self._fields_left > 0 and len(self._variants) < MOST_VARIANTS:
            found = self._compile(truths)
        return found

    def _compile(self, truths: tuple[bool, ...]) -> Select | None:
        truth = dict(zip(self._conditions, truths, strict=True))
        selections = Selections(self.schema, self._fragments, self._operation, truth)
        try:
            made = self._variants[truths] = selections.root(self._root, self._fields_left)
        except (LeftToLibrary, GraphQLError, RecursionError):
            # Not tried again with each request.
            self._fields_left = 0
            return None
        self._fields_left -= selections.fields
        return made

    def _by_library(self, root_value: Any, context_value: Any, variables: dict[str, Any] | None) -> ExecutionResult:
        name = self._operation.name.value if self._operation.name else None
        result: Any = execute(self.schema, self.document, root_value, context_value, variables, name)
        return result  # type: ignore[no-any-return]


def compile_operation(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Plan | None:
    """The plan of one operation of a document that is valid on this schema.

    None where only the library can run it: a subscription, an asynchronous resolver, a schema without such a root; and where it
    has too many fields.
    """
    if operation.operation is OperationType.SUBSCRIPTION or schema.get_root_type(operation.operation) is None:
        return None
    try:
        return Plan(schema, document, operation)
    except LeftToLibrary:
        return None


def _condition_names(
    operation: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]
) -> tuple[str, ...]:
    """The variables that @skip and @include ask, wherever the operation leads."""
    names: dict[str, None] = {}
    spread: set[str] = set()
    waiting = [operation.selection_set]
    while waiting:
        for one in waiting.pop().selections:
            asked = [each for each in one.directives if each.name.value in _CONDITIONS]
            given = [argument.value for each in asked for argument in each.arguments]
            names |= {value.name.value: None for value in given if isinstance(value, VariableNode)}
            if isinstance(one, FragmentSpreadNode):
                if one.name.value in fragments and one.name.value not in spread:
                    spread.add(one.name.value)
                    waiting.append(fragments[one.name.value].selection_set)
            elif below := getattr(one, "selection_set", None):
                waiting.append(below)
    return tuple(names)
