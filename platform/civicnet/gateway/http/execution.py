"""Execution: the one place that runs a document, and the one place that may refuse to before it costs anything."""

from __future__ import annotations

from graphql import ExecutionResult, execute

from civicnet.gateway.http.calls import Call
from civicnet.gateway.usage import count, operation_key


def admit(call: Call) -> None:
    """Count a call that is about to run. Whatever may still refuse it, by raising a ``CivicNetError``, stands here."""
    count(call.actor, call.document.uses[operation_key(call.operation)])


def run(call: Call) -> ExecutionResult:
    """What the document gives. ``info.context`` is the request."""
    result = execute(
        call.composed.schema,
        call.document.tree,
        context_value=call.request,
        variable_values=call.asked.variables,
        operation_name=call.asked.operation_name,
    )
    assert isinstance(result, ExecutionResult)  # noqa: S101 — no resolver of ours is asynchronous
    return result
