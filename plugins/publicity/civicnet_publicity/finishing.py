"""The end of the reviews: what three people approved is published.

Wagtail's settings name this while its models are still loading, so nothing is imported before it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wagtail.models import WorkflowState


def publish_reviewed(workflow_state: WorkflowState, user: Any = None) -> None:
    """Publish exactly the version that the last review approved.

    The approvals are the permission: no reviewer holds Wagtail's own right to publish, which would let them pass the
    reviews by. Workflows of other kinds end as Wagtail's do.
    """
    from civicnet_publicity.models import ReviewTask

    last = workflow_state.current_task_state
    reviewed = last is not None and isinstance(last.task.specific, ReviewTask)
    revision = last.revision if reviewed else workflow_state.content_object.get_latest_revision()
    revision.publish(user=user, skip_permission_checks=reviewed)
