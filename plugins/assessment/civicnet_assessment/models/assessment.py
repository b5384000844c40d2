"""Assessments: one form filled in for one subject, item by item."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.access.models import Organisation, User
from civicnet_assessment.models.form import AssessmentForm, AssessmentItem


class State(models.TextChoices):
    """A draft belongs to its assessor; what is filed counts."""

    DRAFT = "DRAFT", _("draft")
    FILED = "FILED", _("filed")


class Assessment(models.Model):
    """One form for one subject. The subject is named by key and label: it lives in another plugin."""

    form = models.ForeignKey(
        AssessmentForm, verbose_name=_("form"), on_delete=models.PROTECT, related_name="assessments"
    )
    subject_key = models.CharField(_("key of the person assessed"), max_length=100)
    subject_label = models.CharField(_("person assessed"), max_length=200)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=pgettext_lazy("assessment", "organisation"),
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="assessments",
    )
    assessor = models.ForeignKey(
        User,
        verbose_name=_("assessor"),
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="assessments_made",
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    total = models.DecimalField(_("total"), max_digits=8, decimal_places=2, default=0)
    comment = models.TextField(pgettext_lazy("assessment", "comment"), blank=True)
    filed_at = models.DateTimeField(_("filed"), null=True, blank=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-filed_at", "-id"]
        constraints = [
            # The subject first: by it alone people's own pages, erasures and undos ask.
            models.UniqueConstraint(fields=["subject_key", "form"], name="one_assessment_per_form_and_subject"),
            models.CheckConstraint(name="assessment_total_is_not_negative", condition=models.Q(total__gte=0)),
            models.CheckConstraint(name="assessment_state_is_known", condition=models.Q(state__in=State.values)),
            models.CheckConstraint(
                name="filed_assessment_has_a_time",
                condition=models.Q(state=State.DRAFT) | models.Q(filed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        # Ends up in the audit as the object's label: the key tells who, and names nobody.
        return f"{self.form} · {self.subject_key}"


class AssessmentScore(models.Model):
    """The points of one item."""

    assessment = models.ForeignKey(
        Assessment, verbose_name=_("assessment"), on_delete=models.CASCADE, related_name="scores"
    )
    item = models.ForeignKey(
        AssessmentItem,
        verbose_name=pgettext_lazy("assessment", "item"),
        on_delete=models.PROTECT,
        related_name="scores",
    )
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2)
    note = models.CharField(pgettext_lazy("assessment", "note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["item__order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "item"], name="one_score_per_item"),
            models.CheckConstraint(name="score_is_not_negative", condition=models.Q(points__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.points}"
