"""Paths of pages in Wagtail's tree: what stands below what, told by text alone."""

from __future__ import annotations

# Of treebeard's materialised paths: four signs for each level.
STEP = 4


def range_below(path: str, *, levels: int = 1) -> tuple[str, str]:
    """The first and the last path below a path: a range, because SQLite answers a prefix by reading the whole index."""
    return f"{path}{'0' * STEP}", f"{path}{'Z' * STEP * levels}"
