"""Obstacles: what stands in the way of taking a plugin out, told by the rooms that know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

# Given a plugin's slug: sentences that say what it is and what to do about it.
Source = Callable[[str], Iterable[str]]
_sources: list[Source] = []


def tell_of_obstacles(source: Source) -> None:
    """Add a source; rooms call this when their app is ready, each for what it holds."""
    _sources.append(source)


def obstacles(slug: str) -> list[str]:
    """What every room says of the plugin, in the order in which the rooms were made ready."""
    return [sentence for source in _sources for sentence in source(slug)]
