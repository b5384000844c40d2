"""What anybody may read: live, published at some time, and under no restriction of its own or from above."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length, Substr
from wagtail.models import PageViewRestriction

# Of treebeard's materialised paths: four signs for each level.
STEP = 4


def readable() -> Q:
    """The condition for pages; one statement, where Wagtail's own ``public()`` reads all restrictions first."""
    restrictions = PageViewRestriction.objects.filter(page__path=Substr(OuterRef("path"), 1, Length("page__path")))
    return Q(live=True) & ~Q(Exists(restrictions))


def below(path: str, *, levels: int = 1) -> Q:
    """The condition for pages below a path: a range, because SQLite answers a prefix by reading the whole index."""
    return Q(path__range=range_below(path, levels=levels))


def range_below(path: str, *, levels: int = 1) -> tuple[str, str]:
    """The first and the last path below a path."""
    return f"{path}{'0' * STEP}", f"{path}{'Z' * STEP * levels}"
