"""Calendar days: what somebody has said of a day, against the package or where it does not know the year."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.access.models import User

LONGEST_NAME = 40


class DayKind(models.TextChoices):
    """Whether a day is worked."""

    OFF = "OFF", pgettext_lazy("calendar day", "day off")
    WORKED = "WORKED", pgettext_lazy("calendar day", "working day")


class CalendarDay(models.Model):
    """One day that was entered; any other day is as the State Council's notice, or else the week, has it."""

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(pgettext_lazy("calendar day", "kind"), max_length=8, choices=DayKind.choices)
    name = models.CharField(pgettext_lazy("calendar day", "name"), max_length=LONGEST_NAME)
    entered_by = models.ForeignKey(
        User, verbose_name=_("entered by"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["-day"]
        default_permissions = ()
        permissions = [("keep_calendar", _("Can enter public holidays and the working days made up for them"))]
        constraints = [
            models.CheckConstraint(name="calendar_day_kind_is_known", condition=Q(kind__in=DayKind.values)),
            models.CheckConstraint(name="calendar_day_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"
