"""What happened to an organisation: how it came to stand where it stands, under the name it has."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.access.models.organisation import Organisation


class OrganisationEventKind(models.TextChoices):
    """Everything that can happen to an organisation."""

    CREATED = "CREATED", pgettext_lazy("organisation", "set up")
    RENAMED = "RENAMED", pgettext_lazy("organisation", "renamed")
    MOVED = "MOVED", pgettext_lazy("organisation", "moved")
    MERGED = "MERGED", pgettext_lazy("organisation", "merged")
    CLOSED = "CLOSED", pgettext_lazy("organisation", "closed")


class OrganisationEvent(models.Model):
    """One entry of an organisation's history: which day it took effect, and who entered it when, and why.

    The audit keeps the same deeds for proof; this is what a reader of the organisation's page is shown.
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="events"
    )
    kind = models.CharField(pgettext_lazy("organisation", "event"), max_length=8, choices=OrganisationEventKind.choices)
    day = models.DateField(pgettext_lazy("organisation", "on"))
    from_parent = models.ForeignKey(
        Organisation,
        verbose_name=pgettext_lazy("organisation", "from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    to_parent = models.ForeignKey(
        Organisation,
        verbose_name=pgettext_lazy("organisation", "to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    into = models.ForeignKey(
        Organisation,
        verbose_name=pgettext_lazy("organisation", "into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    before = models.CharField(pgettext_lazy("organisation", "before"), max_length=130, blank=True)
    after = models.CharField(pgettext_lazy("organisation", "after"), max_length=130, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.CharField(_("actor's id"), max_length=64, blank=True)
    actor_label = models.CharField(pgettext_lazy("organisation", "who"), max_length=200)
    at = models.DateTimeField(pgettext_lazy("organisation", "entered"), auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("organisation", "event")
        verbose_name_plural = pgettext_lazy("organisation", "events")
        ordering = ["-day", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_kind_display()} · {self.day:%Y-%m-%d}"
