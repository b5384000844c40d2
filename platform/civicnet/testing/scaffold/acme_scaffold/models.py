"""Service points: what is on file about each."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ServicePoint(models.Model):
    """A place where an organisation serves residents. Closing it keeps the row; ``code`` is its name for good."""

    # Without a constraint in the database: the platform's own rows can be deleted also while this plugin is not loaded.
    organisation = models.ForeignKey(
        "civicnet_access.Organisation",
        verbose_name=_("organisation in charge"),
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="scaffold_points",
    )
    code = models.CharField(_("code of the service point"), max_length=20, unique=True)
    name = models.CharField(_("name of the service point"), max_length=100)
    address = models.CharField(_("address of the service point"), max_length=200)
    hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    closed_on = models.DateField(_("closed since"), null=True, blank=True)

    class Meta:
        verbose_name = _("service point")
        verbose_name_plural = _("service points")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
