"""Organisations: the tree by which data belong somewhere."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from treebeard.mp_tree import MP_Node


class OrganisationKind(models.TextChoices):
    """Levels of administration, and the offices beside them."""

    PROVINCE = "PROVINCE", _("province")
    PREFECTURE = "PREFECTURE", _("prefecture")
    CITY = "CITY", _("city")
    SUBDISTRICT = "SUBDISTRICT", _("subdistrict")
    TOWN = "TOWN", _("town or township")
    UNIT = "UNIT", _("enterprise unit")
    COMMUNITY = "COMMUNITY", _("community")
    VILLAGE = "VILLAGE", _("village")
    DEPARTMENT = "DEPARTMENT", _("department")
    SERVICE_CENTRE = "SERVICE_CENTRE", _("service centre")
    LEADING_GROUP_OFFICE = "LEADING_GROUP_OFFICE", _("leading-group office")


class Organisation(MP_Node):
    """One organisation. ``path`` places it in the tree; ``code`` is the statistical division code, or an office's own.

    It is never deleted, for rows go on belonging to it; but an import that set it up by mistake is taken back as long as
    nothing came of it (``organisation_undoing``). It exists from ``valid_from`` on, and from ``valid_to`` on no more.
    """

    steplen = 4

    code = models.CharField(_("code"), max_length=20, unique=True)
    # Indexed for the search at the head of the tree's screen and behind every field that asks for an organisation.
    name = models.CharField(_("name"), max_length=100, db_index=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["path"]
        default_permissions = ("view", "add", "change")
        # The children of a node, among hundreds of thousands below it.
        indexes = [models.Index(fields=["depth", "path"], name="organisation_level")]
        constraints = [
            models.CheckConstraint(
                name="organisation_ends_after_it_begins",
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
            ),
            models.CheckConstraint(name="organisation_has_a_name", condition=~models.Q(name="")),
            models.CheckConstraint(name="organisation_has_a_code", condition=~models.Q(code="")),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open(self, on: date) -> bool:
        """Whether it exists on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)


class AliasKind(models.TextChoices):
    """What another name of an organisation is."""

    FORMER_NAME = "FORMER_NAME", _("former name")
    FORMER_CODE = "FORMER_CODE", _("former code")
    SHORT_NAME = "SHORT_NAME", _("short name")


class OrganisationAlias(models.Model):
    """What an organisation was called or numbered, or is called for short: found by search, and by code on import.

    A former code leads to one organisation only. It may still stand on a closed row (one that was merged away): the alias
    is what says where its work went.
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="aliases"
    )
    value = models.CharField(pgettext_lazy("organisation", "name or code"), max_length=100, db_index=True)
    kind = models.CharField(_("kind"), max_length=12, choices=AliasKind.choices)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ["organisation", "kind", "-valid_to", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="former_code_leads_to_one", fields=["value"], condition=models.Q(kind="FORMER_CODE")
            ),
            models.UniqueConstraint(name="alias_once", fields=["organisation", "kind", "value"]),
            models.CheckConstraint(name="alias_has_a_value", condition=~models.Q(value="")),
            models.CheckConstraint(
                name="alias_ends_after_it_begins",
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.value
