"""What happens to grids and their posts, told after commit."""

from __future__ import annotations

from dataclasses import dataclass

from civicnet.contract import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class GridOpened(Event):
    """A grid was opened by hand."""

    grid_code: str
    organisation_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterApplied(Event):
    """Rows of a roster went in; a file comes in several of these."""

    grid_codes: tuple[str, ...]
    created: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceRecorded(Event):
    """The holder of a post will be away from a day to a day (ISO dates)."""

    post_id: int
    grid_code: str
    first_day: str
    last_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLinked(Event):
    """A worker can now sign in."""

    worker_number: str
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEnded(Event):
    """The holder of a post will leave it after a day (ISO date)."""

    post_id: int
    grid_code: str
    last_day: str
