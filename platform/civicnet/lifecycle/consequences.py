"""Consequences: what comes and goes with a plugin's switch, told before it moves, by the names people know."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from civicnet.lifecycle.registry import registry


@dataclass(frozen=True, slots=True)
class Consequence:
    """One kind of thing that comes and goes: a stable kind, a heading, the first few by name, and how many there are.

    ``serious``: somebody outside will notice, such as a portal that still calls a field.
    """

    kind: str
    label: Any
    items: tuple[str, ...]
    count: int
    serious: bool = False


# Given a plugin's slug and a site (None: everywhere).
Source = Callable[[str, int | None], Iterable[Consequence]]
_sources: list[Source] = []


def tell_of(source: Source) -> None:
    """Add a source; rooms call this when their app is ready, each for what it holds."""
    _sources.append(source)


def consequences(slug: str, *, site_id: int | None = None) -> list[Consequence]:
    """What every room says of a loaded plugin's switch, in the order in which the rooms were made ready; nothing empty."""
    if slug not in registry.manifests:
        return []
    return [one for source in _sources for one in source(slug, site_id) if one.count]
