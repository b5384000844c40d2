"""Which plugins are on, how they are set, and how they fare: facts that every process shares."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PluginState(models.Model):
    """The switch of one plugin for everyone. A plugin without a row is off.

    ``sunset_until``: it is off, but its GraphQL fields answer null with a code until then. ``settings`` holds what differs
    from the manifest's defaults. ``inventory`` is what the plugin keeps in the database, as it was last loaded: enough to
    take it out when its code does not load any more.
    """

    slug = models.CharField(_("plugin"), max_length=32, unique=True)
    enabled = models.BooleanField(_("switched on"), default=False)
    sunset_until = models.DateTimeField(_("answers null until"), null=True, blank=True)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    last_seen_version = models.CharField(_("version last loaded"), max_length=64, blank=True)
    inventory = models.JSONField(_("what it keeps"), default=dict, blank=True)
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
    settings = models.JSONField(_("settings"), default=dict, blank=True)

    class Meta:
        verbose_name = _("plugin on a site")
        verbose_name_plural = _("plugins on sites")
        constraints = [models.UniqueConstraint(fields=["slug", "site_id"], name="one_mode_per_plugin_and_site")]

    def __str__(self) -> str:
        return f"{self.slug} @ {self.site_id}: {self.mode}"


class PluginChange(models.Model):
    """One act on the switches and settings: how the plugins it moved stood before and after, so that it can be undone.

    ``before`` and ``after`` map slugs to standings as ``civicnet.lifecycle.standing`` writes them.
    """

    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    actor_label = models.CharField(_("actor"), max_length=200)
    reason = models.TextField(_("reason"))
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    undoes = models.OneToOneField(
        "self", verbose_name=_("undoes"), null=True, blank=True, on_delete=models.SET_NULL, related_name="undone_by"
    )

    class Meta:
        verbose_name = _("change of plugins")
        verbose_name_plural = _("changes of plugins")
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return ", ".join(self.after)


class PluginFault(models.Model):
    """What a plugin raised in a hook: one row for each kind of error, counted."""

    slug = models.CharField(_("plugin"), max_length=32)
    hook = models.CharField(_("hook"), max_length=64)
    error = models.CharField(_("error"), max_length=100)
    message = models.TextField(_("message"), blank=True)
    trace = models.TextField(_("where"), blank=True)
    times = models.PositiveIntegerField(_("times"), default=0)
    first_at = models.DateTimeField(_("first seen"), default=timezone.now)
    last_at = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        verbose_name = _("fault of a plugin")
        verbose_name_plural = _("faults of plugins")
        ordering = ["-last_at"]
        constraints = [models.UniqueConstraint(fields=["slug", "hook", "error"], name="one_row_per_kind_of_fault")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.slug} {self.hook}: {self.error}"


class HookBreaker(models.Model):
    """A hook of a plugin that is not called any more, because it failed too often or hung.

    From ``retry_at`` on, one process at a time tries it once, under a lease until ``probing_until``; a success deletes the row.
    """

    slug = models.CharField(_("plugin"), max_length=32)
    hook = models.CharField(_("hook"), max_length=64)
    reason = models.TextField(_("reason"), blank=True)
    opened_at = models.DateTimeField(_("stopped since"), default=timezone.now)
    retry_at = models.DateTimeField(_("next try"))
    probing_until = models.DateTimeField(_("being tried until"), null=True, blank=True)
    trips = models.PositiveIntegerField(_("failed tries"), default=1)

    class Meta:
        verbose_name = _("breaker of a hook")
        verbose_name_plural = _("breakers of hooks")
        constraints = [models.UniqueConstraint(fields=["slug", "hook"], name="one_breaker_per_plugin_and_hook")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.slug} {self.hook}"


class HookTiming(models.Model):
    """How often a hook of a plugin was called on a day, and how long it took, in milliseconds."""

    slug = models.CharField(_("plugin"), max_length=32)
    hook = models.CharField(_("hook"), max_length=64)
    day = models.DateField(_("day"))
    calls = models.PositiveBigIntegerField(_("calls"), default=0)
    total_ms = models.FloatField(_("time in all"), default=0)
    slowest_ms = models.FloatField(_("slowest"), default=0)

    class Meta:
        verbose_name = _("time of a hook")
        verbose_name_plural = _("times of hooks")
        constraints = [models.UniqueConstraint(fields=["slug", "hook", "day"], name="one_timing_per_hook_and_day")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.slug} {self.hook} {self.day}"


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
