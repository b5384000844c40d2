"""The review sheet: what each reviewer of the current run decided."""

from __future__ import annotations

from typing import Any

from wagtail.models import TaskState

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
