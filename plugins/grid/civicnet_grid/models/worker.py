"""A worker: a person who serves in grids. Numbers that identify the person are encrypted and found by a blind index."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.access.models import Organisation, User
from civicnet.cipher import mask
from civicnet.cipher.fields import EncryptedField

INDEX_LENGTH = 64


class Sex(models.TextChoices):
    """As the ID card states it."""

    MALE = "M", _("male")
    FEMALE = "F", _("female")


class Worker(models.Model):
    """A person on the roster of a community. What is kept serves the post, not a picture of the person."""

    # Unique and indexed below: on a column itself PostgreSQL would get a second index, for patterns that nobody searches by.
    number = models.CharField(_("worker number"), max_length=20)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=100)
    # Empty once the person is forgotten, as the ID number and the phone are.
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    id_number = EncryptedField(_("ID number"), index="id_index")
    id_index = models.CharField(_("index of the ID number"), max_length=INDEX_LENGTH, editable=False)
    phone = EncryptedField(_("phone"), index="phone_index")
    phone_index = models.CharField(_("index of the phone"), max_length=INDEX_LENGTH, editable=False)
    political_status = models.CharField(_("political status"), max_length=20, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("community or village"),
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="grid_workers",
    )
    user = models.OneToOneField(
        User,
        verbose_name=pgettext_lazy("person", "account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        db_constraint=False,
        related_name="grid_worker",
    )

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering = ["number"]
        permissions = [
            ("reveal_phone", "Can be shown whole phone numbers"),
            ("reveal_id_number", "Can be shown whole ID numbers"),
        ]
        indexes = [models.Index(fields=["phone_index"], name="worker_phone_index")]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="one_worker_per_number"),
            models.UniqueConstraint(fields=["id_index"], name="one_worker_per_id_number"),
            models.CheckConstraint(
                name="worker_has_number_and_name", condition=~models.Q(number="") & ~models.Q(name="")
            ),
            models.CheckConstraint(name="worker_sex_is_known", condition=models.Q(sex__in=[*Sex.values, ""])),
            models.CheckConstraint(
                name="worker_numbers_are_indexed",
                condition=Exact(Length("id_index"), INDEX_LENGTH) & Exact(Length("phone_index"), INDEX_LENGTH),
            ),
        ]

    def __str__(self) -> str:
        # Ends up in the audit as the object's label: the number tells who, and names nobody.
        return self.number

    @property
    def masked_phone(self) -> str:
        """The phone as screens show it."""
        return mask(self.phone)

    @property
    def masked_id_number(self) -> str:
        """The ID number as screens show it."""
        return mask(self.id_number)


class WorkerSeries(models.Model):
    """The last serial given out in a city. Its row is also the lock that keeps two imports from one number."""

    city = models.CharField(_("city code"), max_length=6, unique=True)
    last = models.PositiveIntegerField(_("last serial"), default=0)

    class Meta:
        verbose_name = _("series of worker numbers")
        verbose_name_plural = _("series of worker numbers")

    def __str__(self) -> str:
        return f"{self.city}-{self.last:06d}"
