"""Lists of open stations as readers see them, with the way there where it is known from where."""

from __future__ import annotations

from typing import Any

from civicnet.contract import ANONYMOUS
from django.utils.translation import gettext as _

from acme_station.distances import Place, metres_between, minutes_on_foot
from acme_station.selectors import visible_stations

_FIELDS = ("code", "name", "address", "hours", "phone", "services", "longitude", "latitude", "organisation__name")


def listed(near: Place | None = None, *, most: int | None = None) -> list[dict[str, Any]]:
    """A line for each open station: ``row``, ``metres`` and the ``way`` in words; by code, or the nearest first."""
    lines = [_line(row, near) for row in visible_stations(ANONYMOUS).order_by("code").values(*_FIELDS)]
    if near is not None:
        lines.sort(key=lambda one: (one["metres"] is None, one["metres"] or 0, one["row"]["code"]))
    return lines[:most]


def _line(row: dict[str, Any], near: Place | None) -> dict[str, Any]:
    if near is None or row["longitude"] is None:
        return {"row": row, "metres": None, "way": ""}
    metres = metres_between(near, Place(row["longitude"], row["latitude"]))
    return {"row": row, "metres": metres, "way": _way(metres)}


def _way(metres: float) -> str:
    minutes = minutes_on_foot(metres)
    if metres < 1_000:
        return _("about %(metres)d m, %(minutes)d minutes on foot") % {
            "metres": max(10, round(metres, -1)),
            "minutes": minutes,
        }
    kilometres = f"{metres / 1_000:.1f}"
    if minutes > 60:
        return _("about %(kilometres)s km") % {"kilometres": kilometres}
    return _("about %(kilometres)s km, %(minutes)d minutes on foot") % {"kilometres": kilometres, "minutes": minutes}
