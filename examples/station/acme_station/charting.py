"""The map: stations and their circles as a drawing to scale, made here, with no tile or script from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

WIDTH = 640
_METRES_PER_DEGREE = 111_195.0
_TALLEST = 1.25
_BARS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)


@dataclass(frozen=True, slots=True)
class Mark:
    """A station on the drawing, numbered as in the list beside it."""

    number: int
    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing: its size, the marks, the radius of every circle, and the bar of the scale with its length."""

    width: int
    height: int
    marks: tuple[Mark, ...]
    radius: float
    bar: float
    bar_metres: int


def chart(stations: Sequence[dict[str, Any]], *, circle_metres: int) -> Chart | None:
    """A drawing of all stations that have a position, north up; None when none has one.

    ``stations`` are rows in the order of the list. Over a county the earth is taken as flat around its middle.
    """
    placed = [(number, row) for number, row in enumerate(stations, 1) if row["longitude"] is not None]
    if not placed:
        return None
    longitudes, latitudes = ([row[name] for _number, row in placed] for name in ("longitude", "latitude"))
    middle = (min(latitudes) + max(latitudes)) / 2
    east = _METRES_PER_DEGREE * cos(radians(middle))
    margin = circle_metres * 1.15
    span_x = (max(longitudes) - min(longitudes)) * east + 2 * margin
    span_y = (max(latitudes) - min(latitudes)) * _METRES_PER_DEGREE + 2 * margin
    # One scale both ways: a circle stays a circle.
    scale = min(WIDTH / span_x, WIDTH * _TALLEST / span_y)
    height = max(240, round(span_y * scale))
    left, top = (WIDTH - span_x * scale) / 2, (height - span_y * scale) / 2
    marks = tuple(
        Mark(
            number,
            row["name"],
            round(left + (margin + (row["longitude"] - min(longitudes)) * east) * scale, 1),
            round(top + (margin + (max(latitudes) - row["latitude"]) * _METRES_PER_DEGREE) * scale, 1),
        )
        for number, row in placed
    )
    bar_metres = next((one for one in reversed(_BARS) if one * scale <= WIDTH / 3), _BARS[0])
    return Chart(WIDTH, height, marks, round(circle_metres * scale, 1), round(bar_metres * scale, 1), bar_metres)
