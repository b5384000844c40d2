"""What the gateway keeps: schemas that sites were told, who calls what and how much, documents by hash, deeds by key."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Site

from civicnet.access.models import ApiClient
from civicnet.gateway.feed.models import FeedEntry, FeedMark, FeedState

__all__ = [
    "AnnouncedSchema",
    "CallerDay",
    "FeedEntry",
    "FeedMark",
    "FeedState",
    "FieldUse",
    "HourBudget",
    "IdempotentCall",
    "PersistedDocument",
    "RefusedDay",
    "SlowDocument",
    "TrustedDocument",
]


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
    ended_at = models.DateTimeField(pgettext_lazy("document, time", "ended"), null=True, blank=True)
    end_reason = models.CharField(_("reason for ending"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("trusted document")
        verbose_name_plural = _("trusted documents")
        ordering = ["name", "id"]
        default_permissions = ("change", "view")
        permissions = [("introspect", "Can look through the whole schema"), ("purge_cache", "Can purge kept answers")]
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


class HourBudget(models.Model):
    """How much of an hour's budget the processes have leased together. ``key`` names an API client, or all who have no key."""

    key = models.CharField(_("whose"), max_length=40)
    hour = models.DateTimeField(_("hour"))
    leased = models.PositiveBigIntegerField(_("leased"), default=0)

    class Meta:
        verbose_name = _("budget of an hour")
        verbose_name_plural = _("budgets of hours")
        constraints = [models.UniqueConstraint(fields=["key", "hour"], name="one_budget_per_key_and_hour")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key} {self.hour}: {self.leased}"


class IdempotentCall(models.Model):
    """A mutation that was done under a caller's key, kept for a day so that it is not done again.

    ``mark`` is a keyed digest of caller and key, ``digest`` one of what was asked; ``result`` holds ids of what was done.
    """

    mark = models.CharField(_("caller and key, as a digest"), max_length=64, unique=True)
    digest = models.CharField(_("hash"), max_length=64)
    result = models.JSONField(_("result"), null=True, blank=True)
    created_at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("mutation done under a key")
        verbose_name_plural = _("mutations done under a key")
        default_permissions = ()

    def __str__(self) -> str:
        return self.mark[:12]


class CallerDay(models.Model):
    """What a client asked of the open interface on a day, all its requests together. ``client`` as in ``FieldUse``.

    ``requests`` holds those that were answered; ``kept``, among them, those answered with what had been made before;
    ``refused`` those that ran nothing.
    """

    day = models.DateField(_("day"))
    client = models.CharField(_("client"), max_length=20, blank=True)
    client_label = models.CharField(_("name of the client"), max_length=100, blank=True)
    requests = models.PositiveBigIntegerField(_("requests"), default=0)
    refused = models.PositiveBigIntegerField(_("refused requests"), default=0)
    kept = models.PositiveBigIntegerField(_("answers given again"), default=0)
    cost = models.PositiveBigIntegerField(_("cost"), default=0)
    ms = models.PositiveBigIntegerField(_("milliseconds"), default=0)

    class Meta:
        verbose_name = _("day of a caller")
        verbose_name_plural = _("days of callers")
        constraints = [
            models.UniqueConstraint(fields=["day", "client", "client_label"], name="one_row_per_caller_and_day")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.client_label or self.client} {self.day}"


class RefusedDay(models.Model):
    """How often a client was refused with a code on a day. ``client`` as in ``FieldUse``."""

    day = models.DateField(_("day"))
    client = models.CharField(_("client"), max_length=20, blank=True)
    client_label = models.CharField(_("name of the client"), max_length=100, blank=True)
    code = models.CharField(_("code"), max_length=40)
    times = models.PositiveBigIntegerField(_("times"), default=0)

    class Meta:
        verbose_name = _("refusals of a day")
        verbose_name_plural = _("refusals of days")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "client", "client_label", "code"], name="one_row_per_refused_caller_code_and_day"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.client_label or self.client} {self.day}: {self.code}"


class SlowDocument(models.Model):
    """A document that took long, with every value that somebody wrote into it taken out. ``digest`` is that of this text."""

    digest = models.CharField(_("hash"), max_length=64)
    operation = models.CharField(_("operation"), max_length=100, blank=True)
    text = models.TextField(_("text"), blank=True)
    times = models.PositiveBigIntegerField(_("times"), default=0)
    statements = models.PositiveBigIntegerField(_("SQL statements"), default=0)
    total_ms = models.PositiveBigIntegerField(_("milliseconds together"), default=0)
    worst_ms = models.PositiveBigIntegerField(_("milliseconds at worst"), default=0)
    last_client = models.CharField(_("last client"), max_length=100, blank=True)
    first_at = models.DateTimeField(_("first time"), default=timezone.now)
    last_at = models.DateTimeField(_("last time"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("slow query")
        verbose_name_plural = _("slow queries")
        constraints = [models.UniqueConstraint(fields=["digest", "operation"], name="one_row_per_slow_operation")]
        default_permissions = ()

    def __str__(self) -> str:
        return self.operation or self.digest[:12]
