"""Positions: a person's role in an organisation, from a day to a day."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.access.models.organisation import Organisation
from civicnet.access.models.user import User


class Position(models.Model):
    """A role (a Django group) held in an organisation: it gives the group's permissions over that subtree.

    ``valid_from`` is the first day on which it is held, ``valid_to`` the first on which it is not any more: who leaves
    today has left with the next request.
    """

    person = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="positions")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="positions"
    )
    role = models.ForeignKey(Group, verbose_name=_("role"), on_delete=models.PROTECT, related_name="positions")
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(pgettext_lazy("position", "until"), null=True, blank=True)

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        default_permissions = ()
        permissions = [
            ("view_people", "Can see people, roles and the permission matrix"),
            ("manage_people", "Can manage accounts and appoint people"),
            ("manage_roles", "Can manage roles"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role", "valid_from"], name="one_position_per_start"
            ),
            models.CheckConstraint(
                name="position_ends_after_it_begins",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.role} · {self.organisation}"

    @property
    def audit_label(self) -> str:
        """The same without the person's name, for the audit."""
        return f"#{self.person_id} · {self.role} · {self.organisation}"
