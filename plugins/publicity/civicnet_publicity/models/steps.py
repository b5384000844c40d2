"""Beside Wagtail's states: until when a step is due, the urgent path, and the approval sheet that is kept for good."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Revision, TaskState, WorkflowState

from civicnet.ledger.models import AppendOnlyError, AppendOnlyQuerySet
from civicnet_publicity.models.article import ArticlePage
from civicnet_publicity.models.review import ReviewTask, StepKind


class Deadline(models.Model):
    """Until when a step that is open has to be decided, and when its reminder went out."""

    state = models.OneToOneField(
        TaskState, primary_key=True, on_delete=models.CASCADE, db_constraint=False, related_name="deadline"
    )
    due_at = models.DateTimeField(pgettext_lazy("review", "due"), db_index=True)
    reminded_at = models.DateTimeField(_("reminder sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("deadline of a review")
        verbose_name_plural = _("deadlines of reviews")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.due_at:%Y-%m-%d %H:%M}"


class UrgentPath(models.Model):
    """Leave for one version to go straight to its last review. It holds for this text alone."""

    run = models.OneToOneField(WorkflowState, on_delete=models.CASCADE, db_constraint=False, related_name="urgent_path")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    actor_label = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("urgent path")
        verbose_name_plural = _("urgent paths")
        default_permissions = ()
        permissions = [("allow_urgent", "Can send articles straight to their last review")]
        constraints = [models.CheckConstraint(name="urgent_path_has_a_reason", condition=~models.Q(reason=""))]

    def __str__(self) -> str:
        return self.reason


class ApprovalSheet(models.Model):
    """The sheet of one passage through the reviews, as it was when the last of them approved. It is never changed.

    It outlives its article and its workflow. The audit holds its digest, so that a change past this model is noticed.
    """

    # Of Wagtail's state: one passage has one sheet.
    run = models.BigIntegerField(unique=True, editable=False)
    article = models.ForeignKey(
        ArticlePage, null=True, on_delete=models.SET_NULL, db_constraint=False, related_name="approval_sheets"
    )
    title = models.CharField(pgettext_lazy("sheet", "title"), max_length=255)
    is_urgent = models.BooleanField(_("urgent path"), default=False)
    facts = models.JSONField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(pgettext_lazy("sheet", "sealed"), db_index=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval sheet")
        verbose_name_plural = _("approval sheets")
        default_permissions = ()
        permissions = [
            ("view_approvalsheet", "Can read all approval sheets and the whole board of reviews"),
            ("take_approvalsheet", "Can take out approval sheets as PDF"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *given: Any, **named: Any) -> None:
        """Keep the sheet; one that is kept is never saved again."""
        if not self._state.adding:
            raise AppendOnlyError("approval sheets are never changed")
        super().save(*given, **named)

    def delete(self, *given: Any, **named: Any) -> tuple[int, dict[str, int]]:
        """Never allowed."""
        raise AppendOnlyError("approval sheets are never deleted")


class Verdict(models.TextChoices):
    """What a step that is made up afterwards says of the published text."""

    CONFIRMED = "CONFIRMED", pgettext_lazy("review", "confirmed")
    OBJECTED = "OBJECTED", pgettext_lazy("review", "objected")


class MadeUpStep(models.Model):
    """A step that the urgent path left out, to be made up after publication."""

    sheet = models.ForeignKey(ApprovalSheet, on_delete=models.CASCADE, related_name="made_up")
    task = models.ForeignKey(
        ReviewTask, null=True, on_delete=models.SET_NULL, db_constraint=False, related_name="made_up"
    )
    name = models.CharField(_("name"), max_length=255)
    kind = models.CharField(_("kind"), max_length=9, choices=StepKind.choices)
    due_at = models.DateTimeField(pgettext_lazy("review", "due"))
    reminded_at = models.DateTimeField(_("reminder sent"), null=True, blank=True)
    verdict = models.CharField(max_length=9, choices=Verdict.choices, blank=True)
    comment = models.TextField(blank=True)
    actor_id = models.CharField(max_length=40, blank=True)
    actor_label = models.CharField(max_length=150, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("step made up afterwards")
        verbose_name_plural = _("steps made up afterwards")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="made_up_step_is_done_with_a_verdict",
                condition=models.Q(done_at=None, verdict="")
                | (models.Q(done_at__isnull=False) & ~models.Q(verdict="")),
            ),
            models.CheckConstraint(
                name="objection_has_a_comment", condition=~models.Q(verdict="OBJECTED") | ~models.Q(comment="")
            ),
        ]
        indexes = [models.Index(fields=["done_at", "due_at"], name="made_up_step_open")]

    def __str__(self) -> str:
        return f"{self.sheet} · {self.name}"
