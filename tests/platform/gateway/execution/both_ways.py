"""Both ways: an operation run by the library and by a plan, and what each gave, to the letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode, execute, parse

from civicnet.gateway.compiled import compile_operation


def told(run: Callable[[], Any]) -> Any:
    """All of a result: data with the order of keys and the types of leaves, and errors with what lies behind them."""
    try:
        result = run()
    except Exception as error:  # noqa: BLE001 — whatever the library raises, a plan has to raise too
        return type(error), str(error)
    assert isinstance(result, ExecutionResult)
    return repr(result.data), None if result.errors is None else [
        (error.formatted, error.positions, type(error.original_error), repr(error.original_error))
        for error in result.errors
    ]


def both(
    schema: GraphQLSchema,
    document: DocumentNode | str,
    context: Callable[[], Any] = lambda: None,
    variables: dict[str, Any] | None = None,
    root: Callable[[], Any] = lambda: None,
    *,
    times: int = 2,
) -> tuple[Any, Any, ExecutionResult | None]:
    """What the library tells, what a plan tells, and the plan's result. Each gets a context and a root of its own.

    The plan runs more than once, and has to tell the same: what it keeps must not change by running.
    """
    tree = parse(document) if isinstance(document, str) else document
    operation = next(one for one in tree.definitions if isinstance(one, OperationDefinitionNode))
    plan = compile_operation(schema, tree, operation)
    assert plan is not None
    found: list[ExecutionResult] = []

    def planned() -> ExecutionResult:
        found.append(plan.run(root_value=root(), context_value=contexts[-1], variable_values=variables))
        return found[-1]

    contexts = [context()]
    library = told(lambda: execute(schema, tree, root(), contexts[-1], variables)), _tape(contexts[-1])
    runs = []
    for _time in range(times):
        contexts.append(context())
        runs.append((told(planned), _tape(contexts[-1])))
    return library, runs[0] if all(one == runs[0] for one in runs) else runs, found[-1] if found else None


def _tape(context: Any) -> Any:
    return getattr(context, "tape", None)
