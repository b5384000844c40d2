"""What checks stand on: the dictionary, the leaders, how links last answered; and what was decided about findings."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Revision

from civicnet_publicity.checks.dictionary import WordKind
from civicnet_publicity.checks.findings import Severity
from civicnet_publicity.models.article import ArticlePage


class ListedWord(models.Model):
    """A word of the dictionary. ``exceptions`` are longer words, one a line, in which it is no fault."""

    wrong = models.CharField(_("word"), max_length=60, unique=True)
    right = models.CharField(_("write instead"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=WordKind.choices, default=WordKind.MISSPELT)
    severity = models.CharField(
        _("how bad"), max_length=8, choices=Severity.choices, default=Severity.WARNING,
        help_text=_("What must be changed stops review and publication."),
    )  # fmt: skip
    exceptions = models.TextField(
        _("exceptions"), max_length=600, blank=True,
        help_text=_("Longer words in which it is no fault, one a line."),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True, help_text=_("The norm or notice it comes from."))
    changed_at = models.DateTimeField(_("changed"), auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("word of the dictionary")
        verbose_name_plural = _("words of the dictionary")
        default_permissions = ()
        permissions = [("keep_words", "Can keep the dictionary and the list of leaders")]
        constraints = [models.CheckConstraint(name="listed_word_is_not_empty", condition=~models.Q(wrong=""))]

    def __str__(self) -> str:
        return f"{self.wrong} → {self.right}" if self.right else self.wrong


class Leader(models.Model):
    """Somebody whose name has to stand with the right title, and in the right order."""

    name = models.CharField(pgettext_lazy("leader", "name"), max_length=40)
    title = models.CharField(
        pgettext_lazy("leader", "title"),
        max_length=120,
        help_text=_("As it is written before the name; several separated by 、."),
    )
    order = models.PositiveIntegerField(
        pgettext_lazy("leader", "order"), validators=[MinValueValidator(1)], help_text=_("1 comes first.")
    )
    since = models.DateField(pgettext_lazy("leader", "from"), null=True, blank=True)
    until = models.DateField(pgettext_lazy("leader", "to"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("leader")
        verbose_name_plural = _("leaders")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["name", "title"], name="leader_once_by_name_and_title"),
            models.CheckConstraint(
                name="leader_until_after_since",
                condition=models.Q(since=None) | models.Q(until=None) | models.Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.name}"


class LinkAnswer(models.Model):
    """How an address outside answered when it was last asked. ``failure`` is empty where it did."""

    url = models.CharField(_("address"), max_length=500, unique=True)
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    failure = models.CharField(_("failure"), max_length=16, blank=True)
    asked_at = models.DateTimeField(pgettext_lazy("link", "asked"), db_index=True)

    class Meta:
        verbose_name = _("answer of a link")
        verbose_name_plural = _("answers of links")
        default_permissions = ()

    def __str__(self) -> str:
        return self.url


class CheckDecisionKind(models.TextChoices):
    """What was decided about an article with findings that stop it."""

    OVERRIDDEN = "OVERRIDDEN", _("let pass in spite of findings")
    HELD = "HELD", _("publication held")


class CheckDecision(models.Model):
    """Findings of one version that somebody let pass with a reason, or that held its publication.

    It holds for the text it was made on (``digest``) and the findings it names; the revision shows which version that was.
    """

    article = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, related_name="check_decisions")
    revision = models.ForeignKey(
        Revision, null=True, on_delete=models.SET_NULL, db_constraint=False, related_name="check_decisions"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=CheckDecisionKind.choices)
    digest = models.CharField(max_length=64)
    findings = models.JSONField(default=list)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    actor_label = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("decision on findings")
        verbose_name_plural = _("decisions on findings")
        default_permissions = ()
        permissions = [("override_checks", "Can let articles pass in spite of findings")]
        constraints = [
            models.CheckConstraint(
                name="overriding_has_a_reason", condition=~models.Q(kind="OVERRIDDEN") | ~models.Q(reason="")
            )
        ]
        indexes = [models.Index(fields=["article", "kind"], name="check_decision_of_article")]

    def __str__(self) -> str:
        return f"{self.article} · {self.get_kind_display()}"
