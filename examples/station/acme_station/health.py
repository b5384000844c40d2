"""Health: what keeps residents from finding a station."""

from __future__ import annotations

from civicnet.contract import ANONYMOUS, Problem
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acme_station.selectors import visible_stations


def problems() -> list[Problem]:
    """No station at all, or stations that are not on the map. One statement."""
    counted = visible_stations(ANONYMOUS).aggregate(all=Count("pk"), lost=Count("pk", filter=Q(longitude__isnull=True)))
    where = reverse("station_stations:index")
    if not counted["all"]:
        return [Problem(_("No service station is on file: keep the first one, or import a sheet."), where)]
    if not counted["lost"]:
        return []
    said = ngettext(
        "%(count)d service station has no position: it is not on the map.",
        "%(count)d service stations have no position: they are not on the map.",
        counted["lost"],
    )
    return [Problem(said % {"count": counted["lost"]}, where)]
