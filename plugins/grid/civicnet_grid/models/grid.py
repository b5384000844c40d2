"""A grid: the smallest managed area, always of one community or village."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from civicnet.access.models import Organisation, OrganisationKind

CODE_LENGTH = 15
# Every grid belongs to a community or village, never directly to a level above.
GRID_OWNERS = (OrganisationKind.COMMUNITY, OrganisationKind.VILLAGE)


class GridKind(models.TextChoices):
    """What kind of area a grid covers."""

    COMPREHENSIVE = "COMPREHENSIVE", _("comprehensive grid")
    DEDICATED = "DEDICATED", _("dedicated grid")


class Grid(models.Model):
    """One grid. Its code is the community's 12 digits and a serial of 3, until the province issues its own rule."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("community or village"),
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="grids",
    )
    code = models.CharField(_("grid code"), max_length=CODE_LENGTH, unique=True)
    name = models.CharField(_("grid name"), max_length=120)
    kind = models.CharField(_("kind of grid"), max_length=16, choices=GridKind.choices, default=GridKind.COMPREHENSIVE)
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("grid")
        verbose_name_plural = _("grids")
        ordering = ["code"]
        permissions = [("import_roster", "Can import rosters")]
        constraints = [
            models.CheckConstraint(name="grid_code_has_15_digits", condition=Exact(Length("code"), CODE_LENGTH)),
            models.CheckConstraint(name="grid_has_a_name", condition=~models.Q(name="")),
            models.CheckConstraint(name="grid_kind_is_known", condition=models.Q(kind__in=GridKind.values)),
            models.CheckConstraint(
                name="grid_ends_after_it_begins",
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
