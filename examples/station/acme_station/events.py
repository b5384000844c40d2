"""What happens to service stations, told to all plugins after commit."""

from __future__ import annotations

from dataclasses import dataclass

from civicnet.contract import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class StationKept(Event):
    """A station was put on file, or what is on file was corrected."""

    station_id: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StationClosed(Event):
    """A station was closed."""

    station_id: int
    code: str
