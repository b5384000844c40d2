"""Reviews: taking one's turn in them, and keeping the decision in the audit."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page, TaskState, WorkflowState

from civicnet.contract import Actor
from civicnet.ledger.services import record
from civicnet_publicity.errors import AlreadyDecided
from civicnet_publicity.models import StepKind


def take_turn(task_state: TaskState | None) -> tuple[TaskState, bool]:
    """The step as it is now, and whether its version is still the text as it stands; until the transaction ends nobody else
    decides in this passage.

    Raises:
        AlreadyDecided: the step is not open any more.
    """
    if task_state is None:
        raise AlreadyDecided()
    WorkflowState.objects.select_for_update().get(pk=task_state.workflow_state_id)
    state: TaskState = TaskState.objects.select_related("workflow_state", "revision").get(pk=task_state.pk)
    if state.status != TaskState.STATUS_IN_PROGRESS:
        raise AlreadyDecided()
    latest = Page.objects.filter(pk=state.revision.object_id).values_list("latest_revision_id", flat=True).first()
    return state, state.revision_id == latest


@transaction.atomic
def record_review(*, task_state: TaskState, actor: Actor) -> None:
    """Record that a step was decided, on which version, and with what comment."""
    article = Page.objects.get(pk=task_state.workflow_state.object_id).specific
    deed = "proofread" if task_state.task.specific.kind == StepKind.PROOFREAD else "review"
    record(
        actor=actor,
        action=f"publicity.{deed}_{task_state.status}",
        subject=article,
        after={"review": task_state.task.name, "revision": task_state.revision_id},
        reason=task_state.comment,
    )
