"""Reviews: what was decided so far, what waits for a reviewer, and what came back to its author."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from wagtail.models import TaskState, WorkflowState

from civicnet.contract import Actor
from civicnet_publicity.models import ArticlePage, ReviewTask


def review_sheet(article: ArticlePage, user: Any) -> dict[str, Any]:
    """The decisions so far, oldest first, and the sentence that says why this person may not make the next one."""
    run = article.current_workflow_state
    decided = (
        TaskState.objects.filter(workflow_state=run).select_related("task", "finished_by").order_by("started_at", "pk")
    )
    open_state = article.current_workflow_task_state
    task = open_state.task.specific if open_state else None
    obstacle = task.obstacle(open_state, user) if isinstance(task, ReviewTask) else ""
    return {"run": run, "decisions": list(decided), "obstacle": obstacle}


def reviews_waiting(actor: Actor) -> QuerySet[TaskState]:
    """Reviews the actor may decide now, the oldest first."""
    person = get_user_model().objects.filter(pk=actor.id).first() if actor.kind == "staff" else None
    states: Any = TaskState.objects
    mine: QuerySet[TaskState] = states.reviewable_by(person) if person else states.none()
    return mine.order_by("started_at", "pk")


def returned_articles(actor: Actor) -> QuerySet[WorkflowState]:
    """Runs of reviews that the actor asked for and that wait for a change, the oldest first."""
    runs: Any = WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES)
    mine: QuerySet[WorkflowState] = runs.filter(requested_by_id=actor.id) if actor.kind == "staff" else runs.none()
    return mine.order_by("created_at", "pk")
