"""What anybody may read: pages and collections under no restriction of their own or from above."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Length, Substr
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction


def readable() -> Q:
    """The condition for pages; one statement, where Wagtail's own ``public()`` reads all restrictions first."""
    return Q(live=True) & unrestricted()


def unrestricted() -> Q:
    """The condition for pages, published or not, that no restriction hides: neither one of their own nor one from above."""
    # Looked up for each restriction rather than joined: a database that begins such a join with the pages reads all of them
    # for every row.
    top = Page.objects.filter(pk=OuterRef("page")).values("path")
    restrictions = PageViewRestriction.objects.annotate(top=Subquery(top)).filter(
        top=Substr(OuterRef("path"), 1, Length("top"))
    )
    return ~Q(Exists(restrictions))


def in_open_collection() -> Q:
    """The condition for pictures and files: a restriction, of whatever kind, hides its collection and all below it."""
    top = Collection.objects.filter(pk=OuterRef("collection")).values("path")
    restrictions = CollectionViewRestriction.objects.annotate(top=Subquery(top))
    return ~Q(Exists(restrictions.filter(top=Substr(OuterRef("collection__path"), 1, Length("top")))))
