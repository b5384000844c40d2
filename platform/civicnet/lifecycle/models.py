"""Which plugins are on: state per plugin, override per site, and the generation that every process watches."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PluginState(models.Model):
    """The switch of one plugin for everyone. A plugin without a row is off."""

    slug = models.CharField(_("plugin"), max_length=32, unique=True)
    enabled = models.BooleanField(_("switched on"), default=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("plugin")
        verbose_name_plural = _("plugins")
        permissions = [("switch_plugin", "Can switch plugins on and off")]

    def __str__(self) -> str:
        return self.slug


class SiteMode(models.TextChoices):
    """What one site makes of the switch for everyone."""

    INHERIT = "inherit", _("as everywhere")
    ON = "on", _("always on")
    OFF = "off", _("always off")


class PluginSiteState(models.Model):
    """The override of one plugin on one site. ``site_id`` is Wagtail's, without a constraint: sites come and go."""

    slug = models.CharField(_("plugin"), max_length=32)
    site_id = models.PositiveIntegerField(_("site"))
    mode = models.CharField(_("mode"), max_length=8, choices=SiteMode.choices, default=SiteMode.INHERIT)

    class Meta:
        verbose_name = _("plugin on a site")
        verbose_name_plural = _("plugins on sites")
        constraints = [models.UniqueConstraint(fields=["slug", "site_id"], name="one_mode_per_plugin_and_site")]

    def __str__(self) -> str:
        return f"{self.slug} @ {self.site_id}: {self.mode}"


class Generation(models.Model):
    """One row, counted up inside every transaction that moves a switch, so that no process keeps an old picture."""

    value = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("generation")

    def __str__(self) -> str:
        return str(self.value)


class ScheduleRun(models.Model):
    """The last run of one schedule. ``lease_until`` keeps other processes away while it runs, and frees it after a crash."""

    name = models.CharField(_("schedule"), max_length=64, unique=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("run of a schedule")
        verbose_name_plural = _("runs of schedules")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
