"""What the gateway keeps: the schema that each site was last said to have."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site


class AnnouncedSchema(models.Model):
    """The schema of one site as webhooks know it. ``plugins`` maps slugs that were on to their versions.

    A plugin in its sunset has no version there, but this word.
    """

    site = models.OneToOneField(Site, verbose_name=_("site"), on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(_("hash"), max_length=64, blank=True)
    generation = models.PositiveBigIntegerField(_("generation"), default=0)
    plugins = models.JSONField(_("plugins"), default=dict, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("announced schema")
        verbose_name_plural = _("announced schemas")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.site}: {self.digest}"
