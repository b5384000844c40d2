"""Forms: what is asked about everyone who is assessed, and how many points each item can bring."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.access.models import Organisation

MOST_REASON = 200


class Method(models.TextChoices):
    """How an item is assessed; the implementation plan knows these three."""

    SELF_REPORT = "SELF_REPORT", _("self-report")
    DEMOCRATIC_REVIEW = "DEMOCRATIC_REVIEW", _("democratic review")
    ON_SITE_CHECK = "ON_SITE_CHECK", _("on-site check")


class AssessmentForm(models.Model):
    """A form of one year, open from a day to a day, for everyone who serves under its organisation."""

    year = models.PositiveSmallIntegerField(pgettext_lazy("assessment", "year"))
    title = models.CharField(_("title"), max_length=200)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=pgettext_lazy("assessment", "organisation"),
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="assessment_forms",
    )
    opens = models.DateField(_("opens"))
    closes = models.DateField(_("closes"))
    regular_weight = models.PositiveSmallIntegerField(_("weight of regular assessment (%)"), default=60)
    annual_weight = models.PositiveSmallIntegerField(_("weight of annual assessment (%)"), default=40)

    class Meta:
        verbose_name = _("assessment form")
        verbose_name_plural = _("assessment forms")
        ordering = ["-year", "-id"]
        indexes = [models.Index(fields=["-year", "-id"], name="form_newest")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "title"], name="one_form_per_title_and_year"),
            models.CheckConstraint(
                name="form_closes_after_it_opens", condition=models.Q(closes__gte=models.F("opens"))
            ),
            models.CheckConstraint(
                name="form_weights_make_100",
                condition=models.Q(regular_weight=100 - models.F("annual_weight")),
            ),
            # The implementation plan puts the weight on regular assessment.
            models.CheckConstraint(
                name="form_weighs_regular_most", condition=models.Q(regular_weight__gte=models.F("annual_weight"))
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AssessmentItem(models.Model):
    """One item of a form.

    ``element`` is the key of the data element it asks for, if any; ``kept_reason`` is why it is asked for although it is held.
    """

    form = models.ForeignKey(AssessmentForm, verbose_name=_("form"), on_delete=models.CASCADE, related_name="items")
    code = models.SlugField(_("code"), max_length=32)
    label = models.CharField(pgettext_lazy("assessment", "item"), max_length=200)
    most = models.DecimalField(_("most points"), max_digits=6, decimal_places=2)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    method = models.CharField(_("method"), max_length=20, choices=Method.choices)
    element = models.CharField(_("data element"), max_length=100, blank=True)
    kept_reason = models.CharField(_("why it is asked for although it is held"), max_length=MOST_REASON, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("assessment", "item")
        verbose_name_plural = pgettext_lazy("assessment", "items")
        ordering = ["form", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["form", "code"], name="one_item_per_code"),
            models.CheckConstraint(name="item_brings_points", condition=models.Q(most__gt=0)),
            models.CheckConstraint(name="item_method_is_known", condition=models.Q(method__in=Method.values)),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def most_text(self) -> str:
        """The most points without idle zeros: 20 rather than 20.00."""
        return f"{self.most.normalize():f}"
