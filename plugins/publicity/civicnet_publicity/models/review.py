"""The steps of a review: nobody approves their own text, and each of the three of a kind needs another person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.models import AbstractGroupApprovalTask, Page, Revision, Task, TaskState, WorkflowState

from civicnet_publicity.forms import ReturnForm, UrgentApprovalForm

# Under this name an article remembers on which step a decision is taken.
SEEN = "_civicnet_step_seen"


class StepKind(models.TextChoices):
    """Which of the two a step is: 审 looks at what is said, 校 at how it is written."""

    REVIEW = "REVIEW", pgettext_lazy("step", "review")
    PROOFREAD = "PROOFREAD", pgettext_lazy("step", "proofread")


class ReviewTask(AbstractGroupApprovalTask):
    """One of the steps an article passes before it is published. Being a superuser helps nobody here."""

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
    kind = models.CharField(
        pgettext_lazy("step", "kind of step"), max_length=9, choices=StepKind.choices, default=StepKind.REVIEW,
        help_text=gettext_lazy(
            "Each review needs another person, and so does each proofread. One person may do one of either kind."
        ),
    )  # fmt: skip
    hours = models.PositiveSmallIntegerField(
        gettext_lazy("hours until it is overdue"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
        help_text=gettext_lazy("Hours of working days, round the clock. Left empty, it is never overdue."),
    )  # fmt: skip

    admin_form_fields = [*AbstractGroupApprovalTask.admin_form_fields, "kind", "hours"]
    admin_form_readonly_on_edit_fields = [*AbstractGroupApprovalTask.admin_form_readonly_on_edit_fields, "kind"]

    class Meta:
        verbose_name = gettext_lazy("review or proofread")
        verbose_name_plural = gettext_lazy("reviews and proofreads")

    def obstacle(self, task_state: TaskState, user: Any) -> str:
        """Why this person may not decide this step, as a sentence; empty when they may."""
        run = task_state.workflow_state
        if not self._user_in_groups(user):
            return _("This review belongs to: %(groups)s.") % {"groups": ", ".join(map(str, self.groups.all()))}
        if run.requested_by_id == user.pk or wrote(user, task_state.revision):
            return _("You worked on this text yourself: another person has to review it.")
        others = run.task_states.exclude(task=self).filter(task__reviewtask__kind=self.kind)
        if not others.filter(status=TaskState.STATUS_APPROVED, finished_by=user).exists():
            return ""
        if self.kind == StepKind.PROOFREAD:
            return _("You approved this text in another of its proofreads: each proofread needs another person.")
        return _("You approved this text in another of its reviews: each review needs another person.")

    def start(self, workflow_state: WorkflowState, user: Any = None) -> TaskState:
        """Begin the first step that this version has not passed, mostly this one: after a return, none is decided out of turn.

        On the urgent path all but the last step are left out.

        Raises:
            ChecksNotPassed: findings stop the version.
        """
        from civicnet_publicity.services.gate import require_passed
        from civicnet_publicity.services.urgent import leave_out, set_deadline

        turn = workflow_state.get_next_task()
        if turn is not None and turn.pk != self.pk:
            begun: TaskState = turn.specific.start(workflow_state, user=user)
            return begun
        require_passed(workflow_state.content_object.get_latest_revision())
        left_out = leave_out(workflow_state, self)
        state: TaskState = left_out or super().start(workflow_state, user)
        if left_out is None:
            set_deadline(state, self.hours)
        return state

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        """What this person may do with the text now. Findings that stop it let it only be sent back; a text that was changed
        since the step began only begins anew, which also whoever changed it may say.
        """
        state = obj.current_workflow_task_state
        if state is None or state.task_id != self.pk:
            return []
        if state.revision_id != obj.latest_revision_id and self._user_in_groups(user):
            return [("restart", _("Review the changed text from the start"), False)]
        if self.obstacle(state, user):
            return []
        back = ("reject", _("Return with a comment"), True)
        if _stops(state):
            return [back]
        if is_urgent(state):
            return [back, ("approve_urgent", _("Approve with a reason"), True)]
        return [
            back,
            ("approve", _("Approve"), False),
            ("approve", _("Approve with a comment"), True),
        ]

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        """Whoever returns a text says why, and so does whoever approves one on the urgent path."""
        form: type[forms.Form] = _FORMS.get(action) or super().get_form_for_action(action)
        return form

    @transaction.atomic
    def on_action(self, task_state: TaskState | None, user: Any, action_name: str, **kwargs: Any) -> None:
        """Decide the step.

        Raises:
            PermissionDenied: an obstacle stands in the way, or a reason is missing. Not every way here passes the list of
                actions or the form, so both are asked again.
            AlreadyDecided: somebody was faster, or the text was changed since the step began.
            ChecksNotPassed: findings stop what would be approved.
        """
        from civicnet_publicity.services.reviews import take_turn

        state, is_current = take_turn(task_state)
        if action_name == "restart":
            if is_current or not self._user_in_groups(user):
                raise PermissionDenied
            state.cancel(user=user, comment=_("The text was changed; its review began anew."))
            return
        wanted, comment = action_name == "reject" or is_urgent(state), str(kwargs.get("comment", "")).strip()
        if self.obstacle(state, user) or (wanted and not comment):
            raise PermissionDenied
        if action_name in ("approve", "approve_urgent"):
            from civicnet_publicity.errors import AlreadyDecided
            from civicnet_publicity.services.gate import require_passed

            if not is_current:
                raise AlreadyDecided()
            require_passed(state.revision)
        # Nothing else of what a browser sends along: Wagtail would take it for arguments of its own.
        super().on_action(state, user, action_name.removesuffix("_urgent"), comment=comment)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[Any]:
        """What waits for this person: the open steps of this task that nothing keeps them from."""
        states: Any = TaskState.objects
        if not self._user_in_groups(user):
            nothing: models.QuerySet[Any] = states.none()
            return nothing
        waiting = (
            self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
            .exclude(workflow_state__requested_by=user)
            .exclude(models.Exists(_other_approvals(user, self.kind)))
            .exclude(models.Exists(_own_revisions(user)))
        )
        # Wagtail joins the answers of all tasks with OR, which only plain conditions survive.
        mine: models.QuerySet[Any] = states.filter(pk__in=waiting.values("pk"))
        return mine

    @classmethod
    def get_description(cls) -> str:
        """What the screen for workflows says of this kind of task."""
        return _("A review or a proofread: by these groups, never by an author, and each by another person.")


_FORMS: dict[str, type[forms.Form]] = {"reject": ReturnForm, "approve_urgent": UrgentApprovalForm}


def is_urgent(state: TaskState) -> bool:
    """Whether a step belongs to a version that takes the urgent path."""
    path = getattr(state.workflow_state, "urgent_path", None)
    return path is not None and path.revision_id == state.revision_id


def wrote(user: Any, revision: Revision) -> bool:
    """Whether this person made any version since the last one that was published."""
    published = Page.objects.filter(pk=revision.object_id).values_list("live_revision_id", flat=True).first()
    versions = Revision.objects.filter(base_content_type_id=revision.base_content_type_id, object_id=revision.object_id)
    return bool(versions.filter(user=user, pk__gt=published or 0).exists())


def _stops(state: TaskState) -> bool:
    from civicnet_publicity.services.gate import stopping

    # Asked several times for one page: a version does not change meanwhile.
    known = state.__dict__.setdefault("_civicnet_stops", {})
    if state.revision_id not in known:
        known[state.revision_id] = bool(stopping(state.revision.as_object()))
    return bool(known[state.revision_id])


def _other_approvals(user: Any, kind: str) -> models.QuerySet[Any]:
    found: models.QuerySet[Any] = TaskState.objects.filter(
        workflow_state=models.OuterRef("workflow_state"),
        task__reviewtask__kind=kind,
        status=TaskState.STATUS_APPROVED,
        finished_by=user,
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
