"""One person, as plugins are asked about them: whom the question is about, and what an answer holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalQuery:
    """Whom the question is about. A row belongs to the person if any of these fits it.

    ID number and phone come as their blind indexes (several, while an index key is being turned). ``people`` are keys of
    rows that are the person in some plugin, e.g. ``grid.worker:12``; the host adds what others have answered, and the
    names found so far, which alone never make a row the person's.
    """

    id_indexes: frozenset[str] = frozenset()
    phone_indexes: frozenset[str] = frozenset()
    accounts: frozenset[int] = frozenset()
    people: frozenset[str] = frozenset()
    names: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a record cannot be erased yet: a stable code, and a sentence that says what to do first."""

    code: str
    message: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalRecord:
    """A row that holds something about the person.

    ``model`` and the keys of ``values`` are names that the holder's manifest declares; values are whole and plain.
    ``label`` names the row without naming the person. ``person`` is set where the row *is* the person for its plugin, and
    ``account`` where it says which account is theirs: both widen the question to the others.
    """

    model: str
    key: str
    label: str
    values: Mapping[str, str] = field(repr=False)
    since: date | None = None
    person: str = ""
    account: int | None = None
    name: str = field(default="", repr=False)
    obstacle: Obstacle | None = None
