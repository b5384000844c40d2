"""The dictionary of words that should not stand in a text, as one automaton that finds them all in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick
from django.db import models
from django.utils.translation import gettext_lazy as _

from civicnet_publicity.checks.findings import Severity


class WordKind(models.TextChoices):
    """Why a word should not stand in a text."""

    MISSPELT = "MISSPELT", _("misspelt")
    SENSITIVE = "SENSITIVE", _("sensitive")
    TITLE = "TITLE", _("wrong title or name")


@dataclass(frozen=True, slots=True)
class Entry:
    """One word: what to write instead, if anything, and longer words in which it is no fault."""

    wrong: str
    right: str
    kind: str
    severity: Severity
    reason: str
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """Where an entry stands in a text."""

    entry: Entry
    start: int
    end: int


class Dictionary:
    """Entries made ready once; safe to share between threads."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        words = dict.fromkeys(one.wrong for one in self.entries)
        words |= dict.fromkeys(longer for one in self.entries for longer in one.exceptions)
        self._words = list(filter(None, words))
        self._by_word = {one.wrong: one for one in self.entries}
        self._automaton = AhoCorasick(self._words) if self._words else None

    def hits(self, text: str) -> Iterator[Hit]:
        """All entries in a text in order; of one within another, only the longer."""
        if self._automaton is None:
            return
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        spans = sorted((start, -end, self._words[at]) for at, start, end in found)
        reach, longer = -1, list[tuple[int, int, str]]()
        for start, minus_end, word in spans:
            end = -minus_end
            longer = [one for one in longer if one[1] >= end]
            entry = self._by_word.get(word)
            if entry is not None and end > reach and not _excused(entry, longer):
                reach = end
                yield Hit(entry, start, end)
            longer.append((start, end, word))


def _excused(entry: Entry, around: list[tuple[int, int, str]]) -> bool:
    return any(word in entry.exceptions for _start, _end, word in around)
