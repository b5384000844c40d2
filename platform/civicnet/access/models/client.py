"""API clients: other portals and systems, the keys they show, and what their calls were refused for."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.access.models.organisation import Organisation


class ApiClient(models.Model):
    """A portal or system that calls us. Revoking keeps the row, so that the audit still knows who it was."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="api_clients"
    )
    scopes = models.JSONField(_("scopes"), default=list)
    # Numbers of Wagtail sites by whose hosts it may be answered; texts of networks it may call from. Empty: any.
    sites = models.JSONField(_("sites"), default=list, blank=True)
    networks = models.JSONField(_("address ranges"), default=list, blank=True)
    # What it may spend on GraphQL in an hour; empty: what is usual, CIVICNET_GRAPHQL_HOURLY_COST.
    hourly_cost = models.PositiveBigIntegerField(_("budget of an hour"), null=True, blank=True)
    # GraphQL documents that nobody registered are refused to it, in whichever way they come.
    trusted_only = models.BooleanField(_("registered documents only"), default=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoke_reason = models.CharField(_("reason for revoking"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    application = models.OneToOneField(
        settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
        verbose_name=pgettext_lazy("OAuth2", "application"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="api_client",
    )
    # When its OAuth2 secret was last traded for a token; keys keep their own time.
    token_used_at = models.DateTimeField(_("last token issued"), null=True, blank=True)

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ["name"]
        default_permissions = ("add", "change", "view")

    def __str__(self) -> str:
        return self.name

    def has_ended(self, moment: datetime) -> bool:
        """Whether it is revoked, or expired by then."""
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= moment)


class ApiKey(models.Model):
    """One key of a client, of which only a digest is kept. Several overlap while a client changes from one to the next."""

    client = models.ForeignKey(ApiClient, verbose_name=_("API client"), on_delete=models.CASCADE, related_name="keys")
    prefix = models.CharField(_("beginning of the key"), max_length=16, unique=True)
    digest = models.CharField(_("digest of the key"), max_length=64)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoke_reason = models.CharField(_("reason for revoking"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"cvn_{self.prefix}_…"


class RefusalCause(models.TextChoices):
    """Why a credential of a known client was refused. The caller is never told which."""

    EXPIRED = "EXPIRED", pgettext_lazy("cause of refusal", "expired")
    REVOKED = "REVOKED", pgettext_lazy("cause of refusal", "revoked")
    ADDRESS = "ADDRESS", pgettext_lazy("cause of refusal", "called from an address outside its ranges")
    SITE = "SITE", pgettext_lazy("cause of refusal", "called at a site that is not one of its own")
    SECRET = "SECRET", pgettext_lazy("cause of refusal", "asked for a token with a wrong secret")


class ClientRefusal(models.Model):
    """How often a client was refused for one cause, and when and from where last. Told to administrators only."""

    client = models.ForeignKey(
        ApiClient, verbose_name=_("API client"), on_delete=models.CASCADE, related_name="refusals"
    )
    cause = models.CharField(_("cause"), max_length=16, choices=RefusalCause.choices)
    count = models.PositiveIntegerField(_("times"), default=0)
    last_at = models.DateTimeField(_("last time"))
    last_address = models.CharField(_("last address"), max_length=45, blank=True)

    class Meta:
        verbose_name = _("refusal")
        verbose_name_plural = _("refusals")
        ordering = ["-last_at"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["client", "cause"], name="one_refusal_per_cause"),
            models.CheckConstraint(name="refusal_has_a_known_cause", condition=Q(cause__in=RefusalCause.values)),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.get_cause_display()}"
