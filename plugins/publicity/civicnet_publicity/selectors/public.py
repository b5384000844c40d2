"""What anybody may read: live, published at some time, and under no restriction of its own or from above."""

from __future__ import annotations

from django.db.models import Q

from civicnet.gateway.content.visible import readable

__all__ = ["STEP", "below", "range_below", "readable"]

# Of treebeard's materialised paths: four signs for each level.
STEP = 4


def below(path: str, *, levels: int = 1) -> Q:
    """The condition for pages below a path: a range, because SQLite answers a prefix by reading the whole index."""
    return Q(path__range=range_below(path, levels=levels))


def range_below(path: str, *, levels: int = 1) -> tuple[str, str]:
    """The first and the last path below a path."""
    return f"{path}{'0' * STEP}", f"{path}{'Z' * STEP * levels}"
