"""Reviews: keeping the decision of a reviewer in the audit."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page, TaskState

from civicnet.contract import Actor
from civicnet.ledger.services import record


@transaction.atomic
def record_review(*, task_state: TaskState, actor: Actor) -> None:
    """Record that a review was decided, on which version, and with what comment."""
    article = Page.objects.get(pk=task_state.workflow_state.object_id).specific
    record(
        actor=actor,
        action=f"publicity.review_{task_state.status}",
        subject=article,
        after={"review": task_state.task.name, "revision": task_state.revision_id},
        reason=task_state.comment,
    )
