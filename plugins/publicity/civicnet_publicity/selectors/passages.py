"""Passages: what one way through the reviews was made of, as plain facts that screens, paper and the sealed sheet share."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page, Revision, TaskState, WorkflowState

from civicnet_publicity.models import ArticlePage, CheckDecision, CheckDecisionKind, ReviewTask
from civicnet_publicity.version_texts import text_digest


def passage_facts(run: WorkflowState, article: ArticlePage, revision: Revision) -> dict[str, Any]:
    """Everything about a passage through the reviews; nothing in it is a row that could change later."""
    authors = _authors(article)
    path = getattr(run, "urgent_path", None)
    asked = run.requested_by
    column = article.get_parent()
    return {
        "article": article.pk,
        "title": str(revision.object_str),
        "column": column.title,
        "index_number": revision.content.get("index_number") or "",
        "workflow": run.workflow.name,
        "version": revision.pk,
        "text": text_digest(revision.content),
        "asked": {"by": str(asked) if asked else "", "at": moment(run.created_at)},
        "authors": [name for _pk, name in authors],
        # By whom steps are not made up afterwards.
        "author_ids": sorted({pk for pk, _name in authors} | ({asked.pk} if asked else set())),
        "steps": steps_of(run),
        "let_pass": _let_pass(article),
        "urgent": {"by": path.actor_label, "at": moment(path.at), "reason": path.reason}
        if path is not None and path.revision_id == revision.pk
        else None,
    }


def steps_of(run: WorkflowState) -> list[dict[str, Any]]:
    """The steps of a passage in the order in which they began, those that came to nothing included. Two statements."""
    states = list(
        TaskState.objects.filter(workflow_state=run)
        .select_related("task__reviewtask", "finished_by", "deadline")
        .order_by("started_at", "pk")
    )
    return [_step(state) for state in states]


def moment(at: Any) -> str:
    """A moment as the sheet keeps it: of the office's clock, to the second."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def _step(state: TaskState) -> dict[str, Any]:
    task: ReviewTask | None = getattr(state.task, "reviewtask", None)
    deadline = getattr(state, "deadline", None)
    ended = state.finished_at or timezone.now()
    return {
        "name": state.task.name,
        "kind": task.kind if task else "",
        "version": state.revision_id,
        "status": state.status,
        "began": moment(state.started_at),
        "due": moment(deadline.due_at) if deadline else "",
        "late": bool(deadline and deadline.due_at < ended and state.status != TaskState.STATUS_SKIPPED),
        "by": str(state.finished_by) if state.finished_by else "",
        "by_id": state.finished_by_id,
        "at": moment(state.finished_at),
        "comment": state.comment,
    }


def _authors(article: ArticlePage) -> list[tuple[int, str]]:
    published = Page.objects.filter(pk=article.pk).values_list("live_revision_id", flat=True).first()
    made = Revision.objects.filter(
        base_content_type=article.get_base_content_type(), object_id=str(article.pk), pk__gt=published or 0
    )
    found: dict[int, str] = {}
    for one in made.exclude(user=None).select_related("user").defer("content").order_by("pk"):
        found[one.user_id] = str(one.user)
    return list(found.items())


def _let_pass(article: ArticlePage) -> list[dict[str, Any]]:
    since = Q(at__gt=article.last_published_at) if article.last_published_at else Q()
    decided = CheckDecision.objects.filter(since, article=article.pk, kind=CheckDecisionKind.OVERRIDDEN)
    return [
        {
            "by": one.actor_label,
            "at": moment(one.at),
            "reason": one.reason,
            "findings": [f"{finding['code']}: {finding['excerpt']}" for finding in one.findings],
        }
        for one in decided.order_by("at", "pk")
    ]
