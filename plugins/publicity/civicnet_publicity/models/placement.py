"""Placements: on which other sites an article stands, and what became of the wish that it should."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Site

from civicnet_publicity.models.article import ArticlePage
from civicnet_publicity.models.column import ColumnPage


class PlacementState(models.TextChoices):
    """Whether readers find the article there."""

    PLACED = "PLACED", _("placed")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class Placement(models.Model):
    """One article in one column of another site. The article itself stays where it is."""

    article = models.ForeignKey(
        ArticlePage, verbose_name=_("article"), on_delete=models.CASCADE, related_name="placements"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.CASCADE, db_constraint=False, related_name="placements"
    )
    column = models.ForeignKey(
        ColumnPage, verbose_name=_("column"), on_delete=models.CASCADE, related_name="placements"
    )
    state = models.CharField(_("state"), max_length=12, choices=PlacementState.choices)
    url_path = models.CharField(_("address on the site"), max_length=600)
    placed_at = models.DateTimeField(_("placed"), null=True, blank=True)
    error = models.CharField(pgettext_lazy("placement", "error"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        default_permissions = ("view",)
        permissions = [("place_article", "Can place articles on other sites and withdraw them")]
        constraints = [
            models.UniqueConstraint(fields=["article", "column"], name="one_placement_per_article_and_column"),
            models.CheckConstraint(
                name="placed_means_when_and_no_error",
                condition=~models.Q(state="PLACED") | models.Q(placed_at__isnull=False, error=""),
            ),
        ]
        indexes = [models.Index(fields=["column", "state"], name="placement_column_state")]

    def __str__(self) -> str:
        return f"{self.article} → {self.site} {self.url_path}"
