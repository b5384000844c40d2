"""Drafts: what is written of articles and not published, for whoever has the scope for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from wagtail.models import Revision, Site

from civicnet.contract import Actor
from civicnet.gateway.content.visible import unrestricted
from civicnet_publicity.errors import DraftsRefused
from civicnet_publicity.models import ArticlePage
from civicnet_publicity.permissions import can_read_drafts
from civicnet_publicity.selectors.public import below


def draft_articles(actor: Actor, site_id: int | None) -> QuerySet[Any]:
    """Articles at home on a site that are not published, or were changed since; none that a restriction hides.

    Articles belong to a site and to no organisation: the site is where a client is bound to.

    Raises:
        DraftsRefused: the actor has not the scope; told before anything is looked for.
    """
    if not can_read_drafts(actor):
        raise DraftsRefused
    root = Site.objects.filter(pk=site_id).values_list("root_page__path", flat=True).first()
    if root is None:
        return ArticlePage.objects.none()
    written = ArticlePage.objects.filter(_written(), below(root, levels=2))
    return written.filter(Q(live=False) | Q(has_unpublished_changes=True))


def draft_article(pk: int) -> QuerySet[Any]:
    """One article with something written, for whoever was let in by the host to preview just this one."""
    return ArticlePage.objects.filter(_written(), pk=pk)


def written(articles: Collection[int], revisions: Collection[int]) -> Mapping[int, dict[str, Any]]:
    """The texts of revisions of these articles by the article's number, with when each was written. One statement."""
    found = Revision.page_revisions.filter(pk__in=revisions, object_id__in=list(map(str, articles)))
    return {int(row["object_id"]): row for row in found.values("object_id", "content", "created_at")}


def _written() -> Q:
    return unrestricted() & Q(latest_revision__isnull=False)
