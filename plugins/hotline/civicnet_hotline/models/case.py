"""Cases: what a resident asks, where, who answers for it, and what became of it."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.access.models import ApiClient, Organisation
from civicnet.cipher.fields import EncryptedField
from civicnet_hotline.models.category import Category
from civicnet_hotline.models.states import CLOSED_STATES, CaseState


class Source(models.TextChoices):
    """By which door a case came in."""

    OPEN311 = "OPEN311", pgettext_lazy("case source", "Open311")
    PORTAL = "PORTAL", pgettext_lazy("case source", "another portal")
    WEB = "WEB", pgettext_lazy("case source", "website")
    PHONE = "PHONE", pgettext_lazy("case source", "telephone")


def new_token() -> str:
    """A token for a progress page: 192 bits from the system's generator."""
    return secrets.token_urlsafe(24)


class Case(models.Model):
    """One request and its record. It speaks of a matter and a place; the caller is held only to answer them."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    token = models.CharField(pgettext_lazy("hotline", "token"), max_length=40, unique=True, default=new_token)
    # Sent along by a form so that pressing twice makes one case.
    once = models.CharField(_("form number"), max_length=40, unique=True, null=True, blank=True)
    category = models.ForeignKey(Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="cases")
    description = models.TextField(_("description"), max_length=4000, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    address_id = models.CharField(_("address id"), max_length=64, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True, help_text="WGS84")
    longitude = models.FloatField(_("longitude"), null=True, blank=True, help_text="WGS84")
    source = models.CharField(pgettext_lazy("hotline", "source"), max_length=8, choices=Source.choices)
    client = models.ForeignKey(
        ApiClient,
        verbose_name=pgettext_lazy("hotline", "submitted by"),
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
    )
    caller_name = EncryptedField(_("caller's name"), null=True, blank=True)
    caller_phone = EncryptedField(_("caller's phone"), null=True, blank=True, index="caller_phone_index")
    caller_phone_index = models.CharField(_("index of the phone"), max_length=64, blank=True, db_index=True)

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("community"),
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
    )
    grid_code = models.CharField(_("grid"), max_length=20, blank=True)
    post_key = models.CharField(_("key of the post"), max_length=64, blank=True)
    post_label = models.CharField(pgettext_lazy("hotline", "post"), max_length=200, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("hotline", "with"),
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
    )

    state = models.CharField(
        pgettext_lazy("hotline", "state"), max_length=16, choices=CaseState.choices, default=CaseState.ACCEPTED
    )
    requested_at = models.DateTimeField(pgettext_lazy("hotline", "asked"))
    updated_at = models.DateTimeField(pgettext_lazy("hotline", "last step"))
    due_at = models.DateTimeField(pgettext_lazy("hotline", "due"))
    reply = models.TextField(pgettext_lazy("hotline", "reply"), max_length=4000, blank=True)
    solved = models.BooleanField(_("solved"), null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField(_("satisfaction"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("hotline", "case")
        verbose_name_plural = pgettext_lazy("hotline", "cases")
        ordering = ["-requested_at", "-id"]
        default_permissions = ("view",)
        permissions = [
            ("submit_case", "Can submit cases for residents"),
            ("dispatch_case", "Can dispatch cases by hand"),
            ("handle_case", "Can sign for, answer and return the cases of an area"),
            ("follow_up_case", "Can follow up cases with residents"),
        ]
        indexes = [
            models.Index(fields=["assignee", "state"], name="case_desk"),
            models.Index(fields=["client", "requested_at"], name="case_client"),
            models.Index(fields=["-requested_at", "-id"], name="case_newest"),
            models.Index(fields=["-updated_at", "-id"], name="case_updated"),
            models.Index(fields=["state", "-requested_at"], name="case_state"),
            # An undo asks, for whole chunks of posts, pages and grids, which of them cases name.
            models.Index(fields=["post_key"], name="case_post"),
            models.Index(fields=["address_id"], name="case_address"),
            models.Index(fields=["grid_code"], name="case_grid"),
        ]
        constraints = [
            models.CheckConstraint(
                name="case_has_a_place",
                condition=~Q(address="") | ~Q(address_id="") | Q(latitude__isnull=False),
            ),
            models.CheckConstraint(
                name="case_coordinates_are_a_pair_on_earth",
                # "Not null" is said aloud: a check that comes out as unknown would let the row pass.
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90.0, 90.0),
                    longitude__range=(-180.0, 180.0),
                ),
            ),
            models.CheckConstraint(
                name="case_replied_has_a_reply",
                condition=~Q(state__in=[CaseState.REPLIED, CaseState.COMPLETED]) | ~Q(reply=""),
            ),
            models.CheckConstraint(
                name="case_completed_is_solved",
                condition=~Q(state=CaseState.COMPLETED) | Q(solved__isnull=False, solved=True),
            ),
            models.CheckConstraint(
                name="case_satisfaction_is_1_to_5",
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open311_status(self) -> str:
        """What GeoReport v2 calls the state."""
        return open311_status(self.state)

    @property
    def place(self) -> str:
        """Where, in words as good as there are."""
        if self.address or self.address_id:
            return self.address or self.address_id
        return f"{self.latitude}, {self.longitude}"


class DayCount(models.Model):
    """How many cases a day has numbered."""

    day = models.DateField(pgettext_lazy("hotline", "day"), unique=True)
    last = models.PositiveIntegerField(pgettext_lazy("hotline", "last"), default=0)

    class Meta:
        verbose_name = _("numbers of a day")

    def __str__(self) -> str:
        return f"{self.day}: {self.last}"


def open311_status(state: str) -> str:
    """What GeoReport v2 calls a state."""
    return "closed" if state in CLOSED_STATES else "open"
