"""What happens to service points, told to all plugins after commit."""

from __future__ import annotations

from dataclasses import dataclass

from civicnet.contract import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePointKept(Event):
    """A point was put on file, or what is on file was corrected."""

    point_id: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePointClosed(Event):
    """A point was closed."""

    point_id: int
    code: str
