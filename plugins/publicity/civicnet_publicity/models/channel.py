"""Channels beyond our own sites, and how each article stands with each of them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.cipher.fields import EncryptedField


class Channel(models.Model):
    """Somewhere articles go, made on a screen. It is switched off, never deleted: what went there is still known.

    ``secrets`` is a JSON object of those settings that nobody is shown again.
    """

    name = models.CharField(pgettext_lazy("channel", "name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=64)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    secrets = EncryptedField(_("secrets"), blank=True, default="")
    is_on = models.BooleanField(pgettext_lazy("channel", "on"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name"]
        default_permissions = ()
        permissions = [("manage_channels", "Can set up channels, switch them, and change their secrets")]

    def __str__(self) -> str:
        return self.name


class ChannelWish(models.TextChoices):
    """What is to be so in a channel."""

    PUBLISH = "PUBLISH", _("shall stand there")
    WITHDRAW = "WITHDRAW", _("shall be gone there")


class ChannelState(models.TextChoices):
    """How far the newest wish has come."""

    WAITING = "WAITING", pgettext_lazy("channel", "waiting")
    SENDING = "SENDING", pgettext_lazy("channel", "being sent")
    FAILED = "FAILED", pgettext_lazy("channel", "failed, will be tried again")
    STUCK = "STUCK", pgettext_lazy("channel", "stuck, somebody has to look")
    SENT = "SENT", pgettext_lazy("channel", "delivered, not confirmed yet")
    ARRIVED = "ARRIVED", pgettext_lazy("channel", "arrived")


CHANNEL_OPEN = (ChannelState.WAITING, ChannelState.SENDING, ChannelState.FAILED)


class ChannelDelivery(models.Model):
    """One article in one channel: what is wished, by which edition, and what came of it.

    ``article`` is the number of the page, which may be deleted while it is still to be withdrawn. ``version`` is the revision
    that is published, ``there`` the edition that stands in the channel (None: none does), ``confirmed`` the last that the
    other side confirmed. ``next_at`` is when it is tried next, or, while it is sent, when whoever sends it is taken for dead.
    ``kept_out`` holds the reason for which somebody took it out by hand: it stays out until somebody lets it in again.
    """

    article = models.BigIntegerField(_("article"))
    channel = models.ForeignKey(Channel, verbose_name=_("channel"), on_delete=models.PROTECT, related_name="deliveries")
    title = models.CharField(_("title"), max_length=255)
    wish = models.CharField(_("wish"), max_length=8, choices=ChannelWish.choices)
    edition = models.PositiveIntegerField(_("edition"), default=0)
    version = models.PositiveIntegerField(_("version"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=600, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ChannelState.choices, default=ChannelState.WAITING)
    there = models.PositiveIntegerField(null=True, blank=True)
    confirmed = models.PositiveIntegerField(default=0)
    remote = models.CharField(max_length=255, blank=True)
    unsure = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    wished_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=64, blank=True)
    error = models.TextField(pgettext_lazy("placement", "error"), max_length=1000, blank=True)
    kept_out = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("article in a channel")
        verbose_name_plural = _("articles in channels")
        default_permissions = ()
        permissions = [("confirm_delivery", "Can confirm that articles stand in its channel")]
        constraints = [
            models.UniqueConstraint(fields=["article", "channel"], name="one_delivery_per_article_and_channel"),
            models.CheckConstraint(
                name="channel_delivery_is_open_or_over",
                condition=models.Q(state__in=CHANNEL_OPEN, next_at__isnull=False)
                | ~models.Q(state__in=CHANNEL_OPEN) & models.Q(next_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(next_at__isnull=False), name="channel_delivery_open"),
            models.Index(fields=["channel", "state"], name="channel_delivery_state"),
            models.Index(fields=["state", "-wished_at"], name="channel_delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.title} → {self.channel}"


class WechatUpload(models.Model):
    """A picture that WeChat has already: sent once to an account, whatever became of the article it was sent for.

    ``use`` is ``"body"`` (``reference`` is its address there) or ``"cover"`` (its media id).
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    use = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    reference = models.CharField(max_length=1000)

    class Meta:
        verbose_name = _("picture sent to WeChat")
        verbose_name_plural = _("pictures sent to WeChat")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["channel", "use", "digest"], name="one_wechat_upload_per_picture")
        ]

    def __str__(self) -> str:
        return self.reference
