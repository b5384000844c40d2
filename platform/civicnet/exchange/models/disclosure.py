"""Requests for full values: one person asks, a second one decides, and a sealed file waits for a day."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.exchange.models.jobs import upload_storage

if TYPE_CHECKING:
    from civicnet.access.models import User

MOST_FETCHES = 3


class DisclosureState(models.TextChoices):
    """Where a request stands."""

    REQUESTED = "REQUESTED", pgettext_lazy("disclosure", "waiting for a second person")
    APPROVED = "APPROVED", pgettext_lazy("disclosure", "approved, file being prepared")
    REFUSED = "REFUSED", pgettext_lazy("disclosure", "not approved")
    PREPARED = "PREPARED", pgettext_lazy("disclosure", "ready to be fetched")
    FETCHED = "FETCHED", pgettext_lazy("disclosure", "fetched")
    EXPIRED = "EXPIRED", pgettext_lazy("disclosure", "over")


DECIDED = (
    DisclosureState.APPROVED,
    DisclosureState.REFUSED,
    DisclosureState.PREPARED,
    DisclosureState.FETCHED,
)
FETCHABLE = (DisclosureState.PREPARED, DisclosureState.FETCHED)


class DisclosureRequest(models.Model):
    """One export of full values. ``organisation`` is the subtree whose rows are asked for.

    ``rows_asked`` is what the requester could see when asking, ``rows`` what the file holds. ``file`` is sealed, and gone
    once the request is over. ``expires_at`` ends the wait for a decision at first, and later the time to fetch.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    requester: models.ForeignKey[User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+"
    )
    resource = models.CharField(_("kind"), max_length=64)
    format = models.CharField(max_length=8)
    organisation = models.ForeignKey(
        "civicnet_access.Organisation", verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200)
    rows_asked = models.PositiveIntegerField(_("rows"))
    state = models.CharField(
        _("state"), max_length=12, choices=DisclosureState.choices, default=DisclosureState.REQUESTED
    )
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    expires_at = models.DateTimeField(pgettext_lazy("disclosure", "until"), db_index=True)
    decided_by: models.ForeignKey[User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(pgettext_lazy("disclosure", "note"), max_length=200, blank=True)
    file = models.FileField(storage=upload_storage, max_length=200, blank=True)
    rows = models.PositiveIntegerField(default=0)
    fetches = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("request for full values")
        verbose_name_plural = _("requests for full values")
        ordering = ["-created_at"]
        permissions = [("approve_disclosure", "Can decide on exports of full values")]
        constraints = [
            models.CheckConstraint(
                name="disclosure_needs_second_person",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requester")),
            ),
            models.CheckConstraint(
                name="disclosure_is_decided_by_someone",
                condition=~Q(state__in=DECIDED) | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(name="disclosure_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="disclosure_state_is_known", condition=Q(state__in=DisclosureState.values)),
            models.CheckConstraint(name="disclosure_fetches_end", condition=Q(fetches__lte=MOST_FETCHES)),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {localtime(self.created_at):%Y-%m-%d %H:%M}"

    @property
    def fetches_left(self) -> int:
        """How often the file may still be fetched."""
        return MOST_FETCHES - self.fetches if self.state in FETCHABLE else 0
