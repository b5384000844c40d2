"""Hints: what somebody may have meant who wrote a code or a name that nothing is known by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

_ALIKE = 0.75
# Comparing with thousands of names takes its time: a file that is wrong throughout needs no hint a row.
_MOST_HINTS = 100
_MOST_NAMES = 5_000


class Hints:
    """Hints for one file. Names are read only once something is unknown."""

    def __init__(self) -> None:
        self._read: Callable[[], Mapping[str, str]] | None = None
        self._codes: dict[str, list[str]] | None = None
        self._given: dict[str, dict[str, str]] = {}

    def offer(self, read: Callable[[], Mapping[str, str]]) -> None:
        """Say where codes with their names can be read, if they are needed."""
        self._read = self._read or read

    def near(self, text: str) -> dict[str, str]:
        """What fills the gaps of a fault: ``like`` with the name and the code that come nearest, or nothing."""
        if text not in self._given:
            self._given[text] = self._find(text) if len(self._given) < _MOST_HINTS else {}
        return self._given[text]

    def _find(self, text: str) -> dict[str, str]:
        names = self._known()
        if len(names) > _MOST_NAMES:
            return {}
        near = get_close_matches(text, names, n=1, cutoff=_ALIKE)
        # A name that several have says nothing about which of them is meant.
        if not near or len(names[near[0]]) > 1:
            return {}
        return {"like": f"{near[0]} {names[near[0]][0]}" if near[0] != names[near[0]][0] else near[0]}

    def _known(self) -> dict[str, list[str]]:
        if self._codes is None:
            self._codes = {}
            for code, name in (self._read() if self._read else {}).items():
                self._codes.setdefault(name, []).append(code)
                self._codes.setdefault(code, []).append(code)
        return self._codes
