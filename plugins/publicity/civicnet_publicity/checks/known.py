"""What checks know besides the article: the dictionary, the leaders, the state of links, the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from civicnet_publicity.checks.dictionary import Dictionary


@dataclass(frozen=True, slots=True)
class Office:
    """Who holds which office, from when to when, and which comes first: the lower ``order``."""

    name: str
    title: str
    order: int
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is held on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Known:
    """``gone`` and ``unpublished`` hold targets of links by kind and number, ``dead`` external addresses with a sentence."""

    today: date
    dictionary: Dictionary = field(default_factory=lambda: Dictionary(()))
    leaders: tuple[Office, ...] = ()
    gone: frozenset[tuple[str, str]] = frozenset()
    unpublished: frozenset[tuple[str, str]] = frozenset()
    dead: Mapping[str, str] = field(default_factory=dict)
