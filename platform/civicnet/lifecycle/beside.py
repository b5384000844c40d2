"""Beside those installed: plugins that only lie on the path, as an author's tests find their own.

Said before settings are read, which ask for all plugins; so this imports nothing.
"""

from __future__ import annotations

_beside: set[tuple[str, str]] = set()


def look_also(slug: str, package: str) -> None:
    """Let discovery find this plugin, too."""
    _beside.add((slug, package))


def beside() -> frozenset[tuple[str, str]]:
    """Slug and package of each."""
    return frozenset(_beside)
