"""Distances on the ground, and the 15-minute service circle (15分钟服务圈): who is how far from a station.

Fifteen minutes at 4 km/h, the pace of an older person with a bag, are 1,000 metres: the default of ``circle_metres``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

_EARTH = 6_371_008.8
PACE = 4_000 / 60


@dataclass(frozen=True, slots=True)
class Place:
    """A position in degrees of WGS-84."""

    longitude: float
    latitude: float


def metres_between(one: Place, other: Place) -> float:
    """The great-circle distance, in metres."""
    half_lat = radians(other.latitude - one.latitude) / 2
    half_lon = radians(other.longitude - one.longitude) / 2
    chord = sin(half_lat) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(half_lon) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(chord)))


def minutes_on_foot(metres: float) -> int:
    """How long one walks, in whole minutes, at least one."""
    return max(1, round(metres / PACE))


def nearest(rows: Iterable[dict[str, Any]], place: Place) -> list[tuple[int, dict[str, Any]]]:
    """Rows that have a position, each with its distance in whole metres, the nearest first."""
    told = [(round(metres_between(place, Place(row["longitude"], row["latitude"]))), row) for row in rows]
    return sorted(told, key=lambda one: (one[0], one[1]["code"]))


def is_on_earth(place: Place) -> bool:
    """Whether a position can be one: in degrees, and no nearer to a pole than stations are kept."""
    return abs(place.longitude) <= 180 and abs(place.latitude) <= 85


def read_place(text: str) -> Place | None:
    """A place from ``longitude,latitude``, or None when the text is none."""
    try:
        longitude, latitude = (float(part) for part in text.split(","))
    except ValueError:
        return None
    place = Place(longitude, latitude)
    return place if is_on_earth(place) else None
