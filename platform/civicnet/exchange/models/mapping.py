"""Mappings: what a clerk chose for headings that our own names do not tell, kept for the next file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from civicnet.access.models import User


class ColumnMapping(models.Model):
    """One person's choices for one kind of rows: our field by canonical heading, "" for a column that is not taken."""

    owner: models.ForeignKey[User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    resource = models.CharField(_("kind"), max_length=64)
    fields = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("choice of columns")
        verbose_name_plural = _("choices of columns")
        constraints = [models.UniqueConstraint(fields=["owner", "resource"], name="one_column_mapping_per_kind")]

    def __str__(self) -> str:
        return self.resource
