"""The roster as a list of plain rows: what an import hands to the bulk service, and what it hears back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class RosterRow(NamedTuple):
    """One person in one post of one grid, as a community's roster states it.

    ``row`` is the line of the file, so that a fault can name it. ``organisation_code`` is the 12-digit code of the
    community or village, ``grid_code`` the 15-digit code of the grid, which starts with it where the grid is new. Codes that
    were given up are understood. ``sex`` is "M" or "F". Numbers come normalised: an ID number of 18 signs with a capital X,
    a phone number of digits.

    ``duty`` is "A" or "B" where the file says so, else None. With a ``seat`` (the number of the pair, from 1) the row
    claims that very post, and whoever held it ends the day before. Without one, a person who already serves at this level
    of the grid stays where they are, and others take the first post that is free: A of pair 1, B of pair 1, A of pair 2 …
    """

    row: int
    organisation_code: str
    grid_code: str
    level: int
    duty: str | None
    name: str
    sex: str
    id_number: str
    phone: str
    political_status: str
    since: date
    seat: int | None = None


class Displaced(NamedTuple):
    """Somebody whose post ended because a row claimed it, and for whom no row of the same call has another."""

    row: int
    worker: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterResult:
    """What became of the rows: each counts once, as created, changed or unchanged; and who lost a post to one of them."""

    created: int
    changed: int
    unchanged: int
    displaced: tuple[Displaced, ...] = ()
