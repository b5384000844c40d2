"""Reviews: what was decided so far, what waits for a reviewer, and what came back to its author."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Revision, TaskState, WorkflowState

from civicnet.contract import Actor
from civicnet_publicity.models import ArticlePage, ReviewTask
from civicnet_publicity.selectors.passages import steps_of


def review_sheet(article: ArticlePage, user: Any) -> dict[str, Any]:
    """The steps so far, oldest first, and the sentence that says why this person may not decide the next one.

    ``changed_by`` names who changed the text since that step began; ``sheets`` are those of earlier publications.
    """
    run = article.current_workflow_state
    open_state = article.current_workflow_task_state
    task = open_state.task.specific if open_state else None
    is_changed = open_state is not None and open_state.revision_id != article.latest_revision_id
    path = getattr(run, "urgent_path", None) if run else None
    return {
        "run": run,
        "step": open_state.pk if open_state else None,
        "steps": steps_of(run) if run else [],
        "latest": article.latest_revision_id,
        "obstacle": task.obstacle(open_state, user) if isinstance(task, ReviewTask) else "",
        "changed_by": _author_of(article.latest_revision_id) if is_changed else "",
        "urgent": path if path is not None and path.revision_id == article.latest_revision_id else None,
        "sheets": list(article.approval_sheets.order_by("-sealed_at", "-pk")[:5]) if article.pk else [],
    }


def reviews_waiting(actor: Actor) -> QuerySet[TaskState]:
    """Reviews the actor may decide now, the oldest first."""
    person = get_user_model().objects.filter(pk=actor.id).first() if actor.kind == "staff" else None
    states: Any = TaskState.objects
    mine: QuerySet[TaskState] = states.reviewable_by(person) if person else states.none()
    return mine.order_by("started_at", "pk")


def overdue(states: QuerySet[TaskState]) -> QuerySet[TaskState]:
    """Those of them that should have been decided by now, the longest overdue first."""
    return states.filter(deadline__due_at__lt=timezone.now()).order_by("deadline__due_at", "pk")


def returned_articles(actor: Actor) -> QuerySet[WorkflowState]:
    """Runs of reviews that the actor asked for and that wait for a change, the oldest first."""
    runs: Any = WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES)
    mine: QuerySet[WorkflowState] = runs.filter(requested_by_id=actor.id) if actor.kind == "staff" else runs.none()
    return mine.order_by("created_at", "pk")


def _author_of(revision: int | None) -> str:
    found = Revision.objects.filter(pk=revision).select_related("user").defer("content").first()
    return str(found.user) if found and found.user else ""
