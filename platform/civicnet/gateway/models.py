"""What the gateway keeps: the schema that each site was last said to have, who calls what, and the change feed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from civicnet.gateway.feed.models import FeedEntry, FeedMark, FeedState

__all__ = ["AnnouncedSchema", "FeedEntry", "FeedMark", "FeedState", "FieldUse"]


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
