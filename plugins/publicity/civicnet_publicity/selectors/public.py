"""What anybody may read: live, published at some time, and under no restriction of its own or from above."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Length, Substr
from wagtail.models import Page, PageViewRestriction

# Of treebeard's materialised paths: four signs for each level.
STEP = 4


def readable() -> Q:
    """The condition for pages; one statement, where Wagtail's own ``public()`` reads all restrictions first."""
    # Looked up for each restriction rather than joined: a database that begins such a join with the pages reads all of them
    # for every row.
    top = Page.objects.filter(pk=OuterRef("page")).values("path")
    restrictions = PageViewRestriction.objects.annotate(top=Subquery(top)).filter(
        top=Substr(OuterRef("path"), 1, Length("top"))
    )
    return Q(live=True) & ~Q(Exists(restrictions))


def below(path: str, *, levels: int = 1) -> Q:
    """The condition for pages below a path: a range, because SQLite answers a prefix by reading the whole index."""
    return Q(path__range=range_below(path, levels=levels))


def range_below(path: str, *, levels: int = 1) -> tuple[str, str]:
    """The first and the last path below a path."""
    return f"{path}{'0' * STEP}", f"{path}{'Z' * STEP * levels}"
