"""Webhooks, which tell a client of what happened, and the deliveries that wait for them, arrived, or did not."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.access.models import ApiClient
from civicnet.cipher.fields import EncryptedField


class Form(models.TextChoices):
    """How a message is written: ours, or as caches in front of us take keys to purge."""

    MESSAGE = "MESSAGE", pgettext_lazy("webhook", "a signed message")
    HEADER = "HEADER", pgettext_lazy("webhook", "keys in the header Surrogate-Key")
    SURROGATE_KEYS = "SURROGATE_KEYS", pgettext_lazy("webhook", "keys as JSON, in “surrogate_keys”")
    TAGS = "TAGS", pgettext_lazy("webhook", "keys as JSON, in “tags”")


class Webhook(models.Model):
    """An address of a client that is told of some kinds of events. Ending it keeps the row and what it was sent.

    ``header_name`` and ``header_value`` go along with each message, for receivers that know us by a secret of theirs.

    ``sites`` are numbers of Wagtail sites; empty: all at which the client is admitted. ``failing_since`` is when the first
    of the attempts failed that have all failed since.
    """

    client = models.ForeignKey(
        ApiClient, verbose_name=_("API client"), on_delete=models.CASCADE, related_name="webhooks"
    )
    url = models.CharField(_("address"), max_length=500)
    secret = EncryptedField(_("signing secret"))
    form = models.CharField(pgettext_lazy("webhook", "form"), max_length=16, choices=Form.choices, default=Form.MESSAGE)
    header_name = models.CharField(_("header of the receiver"), max_length=60, blank=True)
    header_value = EncryptedField(_("secret of the receiver"), blank=True, default="")
    kinds = models.JSONField(_("events"), default=list)
    sites = models.JSONField(_("sites"), default=list, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    ended_at = models.DateTimeField(pgettext_lazy("webhook, time", "ended"), null=True, blank=True)
    end_reason = models.CharField(_("reason for ending"), max_length=200, blank=True)
    delivered_at = models.DateTimeField(_("last delivery"), null=True, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [models.CheckConstraint(name="webhook_form_is_known", condition=Q(form__in=Form.values))]

    def __str__(self) -> str:
        return self.url

    def takes(self, *, site_id: int | None) -> bool:
        """Whether events of a site are for it; those of no site are for everybody."""
        return site_id is None or all(not chosen or site_id in chosen for chosen in (self.sites, self.client.sites))


class DeliveryState(models.TextChoices):
    """Where a delivery stands."""

    WAITING = "WAITING", pgettext_lazy("delivery", "waiting")
    SENDING = "SENDING", pgettext_lazy("delivery", "being sent")
    DELIVERED = "DELIVERED", pgettext_lazy("delivery", "delivered")
    FAILED = "FAILED", pgettext_lazy("delivery", "failed, will be tried again")
    GIVEN_UP = "GIVEN_UP", pgettext_lazy("delivery", "given up")
    SKIPPED = "SKIPPED", pgettext_lazy("delivery", "not sent")


OPEN = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.FAILED)


class Failure(models.TextChoices):
    """Why a delivery did not arrive, in a sentence that says what to do."""

    ADDRESS = (
        "ADDRESS",
        _("The name leads to an address inside, which webhooks may not call. Ask whoever runs this platform."),
    )
    NAME = "NAME", _("Nobody knows the name of the receiver. Check the address.")
    CONNECTION = "CONNECTION", _("The receiver cannot be reached, or breaks off. Ask its office whether it is up.")
    SECURITY = "SECURITY", _("The connection cannot be trusted. The receiver needs a valid certificate for its name.")
    TIMEOUT = "TIMEOUT", _("The receiver takes too long. It should answer first and work afterwards.")
    REDIRECT = "REDIRECT", _("The receiver sends us on to another address. Change the webhook to that one.")
    STATUS = "STATUS", _("The receiver refused it. The number says why; its office finds the rest in its log.")
    DIED = "DIED", _("The process that was sending it ended.")
    ENDED = "ENDED", _("The webhook or its client has ended.")
    OFF = "OFF", _("The plugin that tells of this is off.")
    NEWER = "NEWER", _("A newer message about the same took its place.")


class Delivery(models.Model):
    """One event on its way to one webhook.

    ``id`` stays the same over all attempts; ``event`` is shared by all webhooks that hear of it. ``next_at`` is when it is
    sent next, or, while it is being sent, when whoever does is taken for dead; nothing once it is over.

    Of what is about the same ``subject`` a webhook hears in the order of ``turn``, and of nothing that is older than what it
    was told already; without a subject, each message goes by itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, verbose_name=_("webhook"), on_delete=models.CASCADE, related_name="deliveries")
    event = models.UUIDField(_("event"))
    kind = models.CharField(_("kind"), max_length=64)
    # Wagtail's, without a constraint: sites come and go.
    site_id = models.PositiveIntegerField(_("site"), null=True, blank=True)
    payload = models.JSONField(_("content"))
    subject = models.CharField(max_length=100, blank=True, default="")
    turn = models.PositiveIntegerField(default=0)
    state = models.CharField(_("state"), max_length=12, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    tried_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    duration_ms = models.PositiveIntegerField(_("duration"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    failure = models.CharField(_("error"), max_length=12, choices=Failure.choices, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-created_at", "id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="delivery_open"),
            models.Index(fields=["webhook", "-created_at"], name="delivery_log"),
            models.Index(fields=["subject", "turn"], condition=~Q(subject=""), name="delivery_in_turn"),
        ]
        constraints = [
            models.CheckConstraint(name="delivery_state_is_known", condition=Q(state__in=DeliveryState.values)),
            models.CheckConstraint(
                name="delivery_is_open_or_over",
                condition=Q(state__in=OPEN, next_at__isnull=False) | ~Q(state__in=OPEN) & Q(next_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
