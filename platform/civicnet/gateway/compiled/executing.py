"""Executing: the library's ``execute``, by a plan where the caller keeps one."""

from __future__ import annotations

from typing import Any, Final

import graphql
from django.conf import settings
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode
from graphql.execution.execute import assert_valid_execution_arguments

from civicnet.gateway.compiled.plan import Plan, compile_operation

# A document that comes once pays nothing; one that comes again is taken to come often.
COMPILED_FROM = 2
_UNKNOWN: Final = object()


class Plans:
    """What whoever keeps a parsed document keeps beside it: the plans of its operations, made when it comes again."""

    __slots__ = ("_kept", "_seen")

    def __init__(self) -> None:
        self._seen = 0
        self._kept: dict[str | None, Plan | None] = {}

    def plan(self, schema: GraphQLSchema, document: DocumentNode, name: str | None) -> Plan | None:
        """The plan of the operation of this name, or of the only one; None where the library has to run it."""
        kept: Any = self._kept.get(name, _UNKNOWN)
        if kept is _UNKNOWN:
            self._seen += 1
            if self._seen < COMPILED_FROM or (operation := _meant(document, name)) is None:
                return None
            kept = self._kept[name] = compile_operation(schema, document, operation)
        plan: Plan | None = kept
        if plan is None or plan.schema is not schema or plan.document is not document:
            return None
        return plan


def execute(
    schema: GraphQLSchema,
    document: DocumentNode,
    root_value: Any = None,
    context_value: Any = None,
    variable_values: dict[str, Any] | None = None,
    operation_name: str | None = None,
    *,
    plans: Plans | None = None,
) -> ExecutionResult:
    """What ``graphql.execute`` returns for the same arguments.

    ``plans``: kept by the caller for this very document and schema; without them, or with CIVICNET_GRAPHQL_COMPILED off,
    the library runs it.
    """
    if plans is not None and settings.CIVICNET_GRAPHQL_COMPILED:
        assert_valid_execution_arguments(schema, document, variable_values)
        plan = plans.plan(schema, document, operation_name)
        if plan is not None:
            return plan.run(root_value=root_value, context_value=context_value, variable_values=variable_values)
    result: Any = graphql.execute(schema, document, root_value, context_value, variable_values, operation_name)
    return result  # type: ignore[no-any-return]


def _meant(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    found = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if name is None:
        return found[0] if len(found) == 1 else None
    # Of several with one name, which no valid document has, the library takes the last.
    return next((one for one in reversed(found) if one.name and one.name.value == name), None)
