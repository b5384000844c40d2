"""What anybody may read: pages and collections under no restriction of their own or from above."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length, Substr
from wagtail.models import CollectionViewRestriction, PageViewRestriction


def readable() -> Q:
    """The condition for pages; one statement, where Wagtail's own ``public()`` reads all restrictions first."""
    restrictions = PageViewRestriction.objects.filter(page__path=Substr(OuterRef("path"), 1, Length("page__path")))
    return Q(live=True) & ~Q(Exists(restrictions))


def in_open_collection() -> Q:
    """The condition for pictures and files: a restriction, of whatever kind, hides its collection and all below it."""
    above = Substr(OuterRef("collection__path"), 1, Length("collection__path"))
    return ~Q(Exists(CollectionViewRestriction.objects.filter(collection__path=above)))
