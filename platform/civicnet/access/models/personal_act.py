"""The register of what was done with personal data as a whole: handed out, erased, purged, sealed anew."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PersonalActKind(models.TextChoices):
    """What can be done with all that is held."""

    EXPORT = "EXPORT", pgettext_lazy("personal data", "handed out")
    ERASE = "ERASE", pgettext_lazy("personal data", "erased")
    PURGE = "PURGE", pgettext_lazy("personal data", "purged after retention")
    ROTATE = "ROTATE", pgettext_lazy("personal data", "sealed with new keys")


class PersonalAct(models.Model):
    """One act, about one person or about all. The person is kept as a keyed digest of how they were asked for."""

    kind = models.CharField(pgettext_lazy("personal data", "act"), max_length=8, choices=PersonalActKind.choices)
    subject_digest = models.CharField(_("digest of the person"), max_length=64, blank=True, db_index=True)
    counts = models.JSONField(_("counts"), default=dict)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("act with personal data")
        verbose_name_plural = _("acts with personal data")
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
