"""Service stations (党群服务站): what is on file about each place. Nothing here is about people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Station(models.Model):
    """A place where an organisation serves residents. Closing it keeps the row; ``code`` is its name for good."""

    # Without a constraint in the database: the platform's own rows can be deleted also while this plugin is not loaded.
    organisation = models.ForeignKey(
        "civicnet_access.Organisation",
        verbose_name=_("organisation in charge"),
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="station_stations",
    )
    code = models.CharField(_("code of the service station"), max_length=20, unique=True)
    name = models.CharField(_("name of the service station"), max_length=100)
    address = models.CharField(_("address of the service station"), max_length=200)
    hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    phone = models.CharField(_("public telephone"), max_length=30, blank=True)
    services = models.CharField(_("what is done there"), max_length=300, blank=True)
    # Degrees of WGS-84; both or neither.
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    closed_on = models.DateField(_("closed since"), null=True, blank=True)

    class Meta:
        verbose_name = _("service station")
        verbose_name_plural = _("service stations")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="station_position_is_whole",
                condition=models.Q(longitude__isnull=True, latitude__isnull=True)
                | models.Q(longitude__range=(-180, 180), latitude__range=(-85, 85)),
            )
        ]

    def __str__(self) -> str:
        return self.name
