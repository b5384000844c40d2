"""Plans: what is to appear in a column by which day, and who sees to it; and which digests went out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet_publicity.models.article import ArticlePage
from civicnet_publicity.models.column import ColumnPage, Phase


class PlanState(models.TextChoices):
    """What became of it."""

    OPEN = "OPEN", pgettext_lazy("plan", "open")
    DONE = "DONE", pgettext_lazy("plan", "done")
    DROPPED = "DROPPED", pgettext_lazy("plan", "dropped")


class PlannedArticle(models.Model):
    """Something that is to be published in a column."""

    column = models.ForeignKey(ColumnPage, verbose_name=_("column"), on_delete=models.CASCADE, related_name="plans")
    topic = models.CharField(pgettext_lazy("plan", "topic"), max_length=120)
    due_on = models.DateField(pgettext_lazy("plan", "due on"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("plan", "who sees to it"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        db_constraint=False,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=8, choices=PlanState.choices, default=PlanState.OPEN)
    phase = models.CharField(pgettext_lazy("plan", "phase"), max_length=8, choices=Phase.choices, blank=True)
    # When readers see it, what was planned is done.
    article = models.ForeignKey(
        ArticlePage,
        verbose_name=pgettext_lazy("plan", "article"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        db_constraint=False,
        related_name="+",
    )
    done_at = models.DateTimeField(pgettext_lazy("plan", "done on"), null=True, blank=True)
    reason = models.CharField(pgettext_lazy("plan", "why it is done"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("planned article")
        verbose_name_plural = _("planned articles")
        default_permissions = ()
        indexes = [models.Index(fields=["state", "due_on"], name="plans_by_due_day")]

    def __str__(self) -> str:
        return self.topic


class WeeklyDigest(models.Model):
    """One person's digest of one week; ``sent_at``: None where there was nothing to tell."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    monday = models.DateField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "monday"], name="one_digest_per_person_and_week")]

    def __str__(self) -> str:
        return f"{self.monday}"
