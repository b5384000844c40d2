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
    from civicnet.access.actors import SYSTEM, staff_actor
    from civicnet_publicity.models import ReviewTask
    from civicnet_publicity.services.sheets import seal_sheet

    last = workflow_state.current_task_state
    reviewed = last is not None and isinstance(last.task.specific, ReviewTask)
    revision = last.revision if reviewed else workflow_state.content_object.get_latest_revision()
    if reviewed:
        # Before what is published makes its authors those of an earlier time.
        seal_sheet(run=workflow_state, revision=revision, actor=staff_actor(user) if user else SYSTEM)
    revision.publish(user=user, skip_permission_checks=reviewed)
