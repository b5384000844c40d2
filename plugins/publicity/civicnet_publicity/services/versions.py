"""Versions: one that is in review is not written over, and a comment beside the text leaves the review where it is."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Revision, TaskState, WorkflowState

from civicnet_publicity.models import UrgentPath
from civicnet_publicity.version_texts import text_of


def stands_in_review(revision: Revision) -> bool:
    """Whether any step of a review looked, or looks, at this version."""
    return bool(TaskState.objects.filter(revision=revision).exists())


@transaction.atomic
def follow_comments(*, before: Revision, revision: Revision) -> bool:
    """Let a running review go on with a version that has the same text and other comments; returns whether it does.

    The version stays that of whoever wrote the text: commenting makes nobody its author.
    """
    runs = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS, task_states__revision=before)
    run = WorkflowState.objects.select_for_update().filter(pk__in=runs.values("pk")).first()
    if run is None or text_of(before.content) != text_of(revision.content):
        return False
    TaskState.objects.filter(workflow_state=run, revision=before).update(revision=revision)
    UrgentPath.objects.filter(run=run, revision=before).update(revision=revision)
    revision.user_id = before.user_id
    Revision.objects.filter(pk=revision.pk).update(user=before.user_id)
    return True
