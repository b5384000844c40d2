"""What the gateway keeps: the schema that each site was last said to have, who calls what, and documents known by hash."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from civicnet.access.models import ApiClient


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


class FieldUse(models.Model):
    """How often a client used a field of a plugin on a day.

    ``client`` is the number of an API client, "" for calls without a key, "staff" for sessions: people are never told
    apart. ``field`` is a name such as ``Query.grids`` or ``Grid.code``.
    """

    day = models.DateField(_("day"))
    client = models.CharField(_("client"), max_length=20, blank=True)
    client_label = models.CharField(_("name of the client"), max_length=100, blank=True)
    plugin = models.CharField(_("plugin"), max_length=32)
    field = models.CharField(_("field"), max_length=200)
    calls = models.PositiveBigIntegerField(_("calls"), default=0)

    class Meta:
        verbose_name = _("use of a field")
        verbose_name_plural = _("uses of fields")
        constraints = [
            # With the name: a client that is renamed in the middle of a day has two rows for it.
            models.UniqueConstraint(
                fields=["day", "client", "client_label", "plugin", "field"], name="one_use_per_field_client_and_day"
            )
        ]
        indexes = [models.Index(fields=["plugin", "day"], name="uses_of_a_plugin")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.field} {self.day}: {self.client_label or self.client}"


class TrustedDocument(models.Model):
    """A document that was looked at and registered: callers name it by the SHA-256 of its text, never by its name.

    Without ``client`` it is everybody's. One that has ended stays, so that the audit still knows what it was.
    ``used_on``: the last day it was asked for.
    """

    digest = models.CharField(_("SHA-256 of the text"), max_length=64)
    text = models.TextField(_("text"))
    name = models.CharField(_("name"), max_length=100)
    client = models.ForeignKey(
        ApiClient, verbose_name=_("API client"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    used_on = models.DateField(_("last used"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("reason for ending"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("trusted document")
        verbose_name_plural = _("trusted documents")
        ordering = ["name", "id"]
        default_permissions = ("change", "view")
        permissions = [("introspect", "Can look through the whole schema")]
        constraints = [
            models.UniqueConstraint(
                fields=["digest"],
                condition=Q(ended_at__isnull=True, client__isnull=True),
                name="one_open_document_of_a_text",
            ),
            models.UniqueConstraint(
                fields=["digest", "client"],
                condition=Q(ended_at__isnull=True, client__isnull=False),
                name="one_open_document_of_a_client",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersistedDocument(models.Model):
    """A valid document that some caller sent whole once, kept for a while so that all may name it by its hash.

    ``keeper`` is the number of the API client that sent it, "staff", or "" for calls without a key: whose share it takes.
    """

    digest = models.CharField(_("SHA-256 of the text"), max_length=64, unique=True)
    text = models.TextField(_("text"))
    keeper = models.CharField(_("sent by"), max_length=20, blank=True)
    created_on = models.DateField(_("created"))
    used_on = models.DateField(_("last used"))

    class Meta:
        verbose_name = _("persisted document")
        verbose_name_plural = _("persisted documents")
        default_permissions = ()
        indexes = [models.Index(fields=["keeper", "used_on"], name="documents_of_a_keeper")]

    def __str__(self) -> str:
        return self.digest
