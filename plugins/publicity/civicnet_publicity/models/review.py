"""The review task: nobody approves their own text, and each of the three reviews needs another person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import AbstractGroupApprovalTask, Page, Revision, Task, TaskState, WorkflowState

from civicnet_publicity.forms import ReturnForm


class ReviewTask(AbstractGroupApprovalTask):
    """One of the reviews an article passes before it is published. Being a superuser helps nobody here."""

    task_ptr = models.OneToOneField(
        Task, on_delete=models.CASCADE, parent_link=True, primary_key=True, serialize=False, db_constraint=False
    )
    # As Wagtail has it, but for the constraint.
    groups = models.ManyToManyField(
        Group,
        verbose_name=gettext_lazy("groups"),
        help_text=gettext_lazy("Whoever is in one of these groups reviews here."),
        db_constraint=False,
    )

    class Meta:
        verbose_name = gettext_lazy("review")
        verbose_name_plural = gettext_lazy("reviews")

    def obstacle(self, task_state: TaskState, user: Any) -> str:
        """Why this person may not decide this review, as a sentence; empty when they may."""
        run = task_state.workflow_state
        if not self._user_in_groups(user):
            return _("This review belongs to: %(groups)s.") % {"groups": ", ".join(map(str, self.groups.all()))}
        if run.requested_by_id == user.pk or self._wrote(user, task_state.revision):
            return _("You worked on this text yourself: another person has to review it.")
        if run.task_states.exclude(task=self).filter(status=TaskState.STATUS_APPROVED, finished_by=user).exists():
            return _("You approved this text in another of its reviews: each review needs another person.")
        return ""

    def start(self, workflow_state: WorkflowState, user: Any = None) -> TaskState:
        """Begin this review of a version that has passed its checks.

        Raises:
            ChecksNotPassed: findings stop it.
        """
        from civicnet_publicity.services.gate import require_passed

        require_passed(workflow_state.content_object.get_latest_revision())
        state: TaskState = super().start(workflow_state, user)
        return state

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        """What this person may do with the text now; findings that stop it can only be sent back or let pass."""
        state = obj.current_workflow_task_state
        if state is None or state.task_id != self.pk or self.obstacle(state, user):
            return []
        back = ("reject", _("Return with a comment"), True)
        if _stops(state):
            return [back]
        return [
            back,
            ("approve", _("Approve"), False),
            ("approve", _("Approve with a comment"), True),
        ]

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        """Whoever returns a text says why."""
        form: type[forms.Form] = ReturnForm if action == "reject" else super().get_form_for_action(action)
        return form

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """Decide the review.

        Raises:
            PermissionDenied: an obstacle stands in the way, or a text is returned without a comment. Not every way here
                passes the list of actions or the form, so both are asked again.
            ChecksNotPassed: findings stop what would be approved.
        """
        if self.obstacle(task_state, user) or (action_name == "reject" and not kwargs.get("comment", "").strip()):
            raise PermissionDenied
        if action_name == "approve":
            from civicnet_publicity.services.gate import require_passed

            require_passed(task_state.revision)
        super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[Any]:
        """What waits for this person: the open reviews of this task that nothing keeps them from."""
        states: Any = TaskState.objects
        if not self._user_in_groups(user):
            nothing: models.QuerySet[Any] = states.none()
            return nothing
        waiting = (
            self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
            .exclude(workflow_state__requested_by=user)
            .exclude(models.Exists(_other_approvals(user)))
            .exclude(models.Exists(_own_revisions(user)))
        )
        # Wagtail joins the answers of all tasks with OR, which only plain conditions survive.
        mine: models.QuerySet[Any] = states.filter(pk__in=waiting.values("pk"))
        return mine

    @classmethod
    def get_description(cls) -> str:
        """What the screen for workflows says of this kind of task."""
        return _("One of the three reviews: by these groups, never by an author, and each by another person.")

    def _wrote(self, user: Any, revision: Revision) -> bool:
        published = Page.objects.filter(pk=revision.object_id).values_list("live_revision_id", flat=True).first()
        versions = Revision.objects.filter(
            base_content_type_id=revision.base_content_type_id, object_id=revision.object_id
        )
        return bool(versions.filter(user=user, pk__gt=published or 0).exists())


def _stops(state: TaskState) -> bool:
    from civicnet_publicity.services.gate import stopping

    # Asked several times for one page: a version does not change meanwhile.
    known = state.__dict__.setdefault("_civicnet_stops", {})
    if state.revision_id not in known:
        known[state.revision_id] = bool(stopping(state.revision.as_object()))
    return bool(known[state.revision_id])


def _other_approvals(user: Any) -> models.QuerySet[Any]:
    found: models.QuerySet[Any] = TaskState.objects.filter(
        workflow_state=models.OuterRef("workflow_state"), status=TaskState.STATUS_APPROVED, finished_by=user
    ).exclude(task=models.OuterRef("task"))
    return found


def _own_revisions(user: Any) -> models.QuerySet[Any]:
    page = Page.objects.filter(pk=Cast(models.OuterRef("object_id"), models.BigIntegerField()))
    found: models.QuerySet[Any] = Revision.objects.filter(
        object_id=models.OuterRef("revision__object_id"),
        base_content_type=models.OuterRef("revision__base_content_type"),
        user=user,
        pk__gt=Coalesce(models.Subquery(page.values("live_revision_id")[:1]), 0),
    )
    return found
