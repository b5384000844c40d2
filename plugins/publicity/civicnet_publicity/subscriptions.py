"""Feeds that readers subscribe to: the newest articles of a site or of one of its columns, as RSS 2.0 and Atom (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from wagtail.models import Site

from civicnet.contract import ANONYMOUS
from civicnet_publicity.selectors import columns, columns_named, published_articles, with_addresses
from civicnet_publicity.selectors.articles import NEWEST, ROW
from civicnet_publicity.selectors.columns import Column

MOST = 20
# What XML 1.0 cannot carry; a title may have come in from a file with one in it.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What a feed is about: a site, and one column of it or none."""

    site: Site
    name: str
    column: Column | None
    columns: Sequence[Column]


class RssFeed(Feed[dict[str, Any], Subscribed]):
    """The 20 newest articles, each with the address at which it stands on this site."""

    language = "zh-Hans"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Subscribed:
        """The site of the request's host, and its column of this slug.

        Raises:
            Http404: no site or no column that readers see.
        """
        site, slug = Site.find_for_request(request), kwargs.get("slug")
        if site is None:
            raise Http404
        found = columns_named(slug, site) if slug else columns(site)
        if slug and not found:
            raise Http404
        # What the pages' heads say too; the theme writes it for HTML.
        name = unescape(render_to_string("themes/parts/site_name.html", request=request)).strip()
        return Subscribed(site, name, found[0] if slug else None, found)

    def title(self, obj: Subscribed) -> str:
        """The site's name, after that of the column."""
        return _plain(f"{obj.column.title} · {obj.name}" if obj.column else obj.name)

    def link(self, obj: Subscribed) -> str:
        """The page that lists the same."""
        return f"/{obj.column.slug}/" if obj.column else "/"

    def description(self, obj: Subscribed) -> str:
        """What the column says of itself."""
        return _plain(obj.column.description if obj.column else obj.name)

    subtitle = description

    def items(self, obj: Subscribed) -> list[dict[str, Any]]:
        """The newest; those that are placed here from other sites among them."""
        if not obj.columns:
            return []
        found = published_articles(ANONYMOUS, in_columns=obj.columns).order_by(*NEWEST)
        return with_addresses(list(found.values(*ROW, "last_published_at")[:MOST]), obj.columns)

    def item_title(self, item: dict[str, Any]) -> str:
        """The title, without signs that no feed may hold."""
        return _plain(item["title"])

    def item_description(self, item: dict[str, Any]) -> str:
        """The summary."""
        return _plain(item["summary"])

    def item_link(self, item: dict[str, Any]) -> str:
        """The article as it stands on this site."""
        return f"/{item['column'].slug}/{item['slug']}/"

    def item_guid(self, item: dict[str, Any]) -> str:
        """The one id of an article: the same on each site, and after it has moved."""
        return f"urn:civicnet:article:{item['id']}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: dict[str, Any]) -> datetime:
        """When readers first saw it."""
        return _local(item["first_published_at"])

    def item_updateddate(self, item: dict[str, Any]) -> datetime:
        """When it was last corrected."""
        return _local(item["last_published_at"] or item["first_published_at"])

    def item_categories(self, item: dict[str, Any]) -> list[str]:
        """Its column."""
        return [_plain(item["column"].title)]


class AtomFeed(RssFeed):
    """The same as Atom."""

    feed_type = Atom1Feed


def _local(at: datetime) -> datetime:
    return timezone.localtime(at).replace(microsecond=0)


def _plain(text: str) -> str:
    return _CONTROLS.sub("", text)
