"""API clients: other portals and systems, each with a key of which only a digest is kept."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from civicnet.access.models.organisation import Organisation


class ApiClient(models.Model):
    """A portal or system that calls us. Revoking keeps the row, so that the audit still knows whose key it was."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    prefix = models.CharField(_("beginning of the key"), max_length=16, unique=True)
    digest = models.CharField(_("digest of the key"), max_length=64)
    scopes = models.JSONField(_("scopes"), default=list)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="api_clients"
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
