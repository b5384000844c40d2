"""Execution: the one place that runs a document, and the one place that may refuse to before it costs anything."""

from __future__ import annotations

from graphql import ExecutionResult, OperationType

from civicnet.gateway.budget.charging import KEPT_ANSWER_COST, charge
from civicnet.gateway.compiled import execute
from civicnet.gateway.deadline import time_limit
from civicnet.gateway.http.calls import Call
from civicnet.gateway.repeats import watched
from civicnet.gateway.traffic import count_answer
from civicnet.gateway.usage import count, operation_key


def admit(call: Call) -> None:
    """Count a call that is about to run. Whatever may still refuse it, by raising a ``CivicNetError``, stands here."""
    amount = call.document.amount(call.operation, call.asked.variables)
    call.costs.cost = amount.cost
    call.request.standing = charge(call.request.META, call.actor, amount.cost)  # type: ignore[attr-defined]
    count(call.actor, call.document.uses[operation_key(call.operation)])


def admit_kept(call: Call) -> None:
    """The same for a call that is about to be answered from what is kept, which costs next to nothing."""
    call.costs.cost = KEPT_ANSWER_COST
    charge(call.request.META, call.actor, KEPT_ANSWER_COST)
    count_answer(call.actor, cost=KEPT_ANSWER_COST, ms=0, kept=True)
    count(call.actor, call.document.uses[operation_key(call.operation)])


def run(call: Call) -> ExecutionResult:
    """What the document gives. ``info.context`` is the request."""
    with watched(), time_limit(writes=call.operation.operation is OperationType.MUTATION) as timed:
        result = execute(
            call.composed.schema,
            call.document.tree,
            context_value=call.request,
            variable_values=call.asked.variables,
            operation_name=call.asked.operation_name,
            plans=call.document.plans,
        )
    call.costs.statements = timed.statements
    assert isinstance(result, ExecutionResult)  # noqa: S101 — no resolver of ours is asynchronous
    return result
