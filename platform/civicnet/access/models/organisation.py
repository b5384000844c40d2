"""Organisations: the tree by which data belong somewhere."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node


class OrganisationKind(models.TextChoices):
    """Levels of administration, and the offices beside them."""

    CITY = "CITY", _("city")
    SUBDISTRICT = "SUBDISTRICT", _("subdistrict")
    TOWN = "TOWN", _("town or township")
    UNIT = "UNIT", _("enterprise unit")
    COMMUNITY = "COMMUNITY", _("community")
    VILLAGE = "VILLAGE", _("village")
    DEPARTMENT = "DEPARTMENT", _("department")


class Organisation(MP_Node):
    """One organisation. ``path`` places it in the tree; ``code`` is the statistical division code, or an office's own."""

    steplen = 4

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=16, choices=OrganisationKind.choices)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name
