"""The urgent path: one version goes straight to its last review, and what was left out is made up after publication."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.models import Task, TaskState, WorkflowState

from civicnet.access.models import User
from civicnet.contract import Actor, require
from civicnet.ledger.services import record
from civicnet.lifecycle.snapshot import plugin_settings
from civicnet_publicity.errors import AlreadyDecided, NothingToLeaveOut, NotInReview, OwnText
from civicnet_publicity.hours import due_after
from civicnet_publicity.models import ArticlePage, Deadline, ReviewTask, UrgentPath
from civicnet_publicity.models.review import is_urgent, wrote
from civicnet_publicity.permissions import can_allow_urgent
from civicnet_publicity.services.reasons import require_reason
from civicnet_publicity.services.reviews import take_turn

LONGEST_REASON = 300


@transaction.atomic
def allow_urgent(*, article: ArticlePage, actor: Actor, reason: str) -> UrgentPath:
    """Send the version that is in review straight to its last review. Another text goes the whole way again.

    Raises:
        Refused: the actor may not send articles that way.
        InvalidInput: no reason was given, or one too long.
        NotInReview: the article is in no review.
        AlreadyDecided: the step was decided, or the text changed, meanwhile.
        OwnText: the actor wrote the text or submitted it.
        NothingToLeaveOut: only the last review is left.
    """
    require(can_allow_urgent(actor))
    person, reason = User.objects.get(pk=actor.id), _reason(reason)
    run = article.current_workflow_state
    if run is None or run.status != WorkflowState.STATUS_IN_PROGRESS or run.current_task_state is None:
        raise NotInReview()
    state, is_current = take_turn(run.current_task_state)
    if not isinstance(state.task.specific, ReviewTask):
        raise NotInReview()
    if run.requested_by_id == person.pk or wrote(person, state.revision):
        raise OwnText()
    if not is_current:
        raise AlreadyDecided()
    if state.task_id == _last(run).pk:
        raise NothingToLeaveOut()
    path, _new = UrgentPath.objects.update_or_create(
        run=run,
        defaults={"revision": state.revision, "reason": reason, "actor_label": actor.label[:150]},
    )
    state.status, state.finished_at, state.comment = TaskState.STATUS_SKIPPED, timezone.now(), reason
    state.save()
    run.current_task_state = state
    run.update(user=person)
    after = {"revision": path.revision_id}
    record(actor=actor, action="publicity.allow_urgent", subject=article, after=after, reason=reason)
    return path


def leave_out(run: WorkflowState, task: ReviewTask) -> TaskState | None:
    """A step that is left out, because its version takes the urgent path and the step is not the last; otherwise None."""
    latest = run.content_object.latest_revision_id
    path = UrgentPath.objects.filter(run=run, revision=latest).first()
    if path is None or _last(run).pk == task.pk:
        return None
    state: TaskState = TaskState.objects.create(
        workflow_state=run,
        revision_id=latest,
        task=task,
        status=TaskState.STATUS_SKIPPED,
        finished_at=timezone.now(),
        comment=path.reason,
    )
    return state


def set_deadline(state: TaskState, hours: int | None) -> None:
    """Note until when a step has to be decided: by the hours of its task, or by those of the urgent path, nights included."""
    if is_urgent(state):
        due = state.started_at + timedelta(hours=int(plugin_settings("publicity")["urgent_hours"]))
    elif hours:
        due = due_after(state.started_at, hours)
    else:
        return
    Deadline.objects.create(state=state, due_at=due)


def _last(run: WorkflowState) -> Task:
    last: Task = run.workflow.tasks.filter(active=True).order_by("workflow_tasks__sort_order").last()
    return last


def _reason(reason: str) -> str:
    reason = reason.strip()
    require_reason(reason, most=LONGEST_REASON)
    return reason
