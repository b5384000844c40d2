"""Redirects of a site: old addresses, and where readers find what stood there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from civicnet.gateway.content.addresses import Homes, whole
from civicnet.gateway.content.site_rows import served
from civicnet.gateway.content.visible import readable

COLUMNS = ("id", "old_path", "is_permanent", "redirect_link", "redirect_page_route_path", "site", "url_path", "kind")


def redirects_of(site: int) -> QuerySet[Any]:
    """Redirects that hold on a site, its own and those of all; to addresses elsewhere, and to pages that anybody may read."""
    # Looked up for each redirect: a list of all pages would be made first.
    pages = Page.objects.filter(readable(), served(), pk=OuterRef("redirect_page"))
    shown = Q(Exists(pages)) | (Q(redirect_page=None) & ~Q(redirect_link=""))
    # What a page is called in the joined table, so that a row holds all that its target is made of.
    page = {"url_path": F("redirect_page__url_path"), "kind": F("redirect_page__content_type")}
    found: QuerySet[Any] = Redirect.objects.filter(Q(site=site) | Q(site=None), shown).annotate(**page)
    return found


def redirect_at(site: int, path: str) -> dict[str, Any] | None:
    """The redirect that a reader of this path would follow, as Wagtail chooses it: the whole path before that without its
    query, the site's own before one of all sites. One statement; a path that leads to what is not to be read is none.
    """
    paths = _forms(path)
    found = list(redirects_of(site).filter(old_path__in=paths).values(*COLUMNS))
    return min(found, key=lambda row: (paths.index(row["old_path"]), row["site"] is None), default=None)


def complete(rows: Sequence[dict[str, Any]], root_url: str) -> None:
    """Add to rows of ``COLUMNS`` the address they lead to."""
    homes = Homes()
    for row in rows:
        row["target"] = whole(row["redirect_link"], root_url) if row["url_path"] is None else _address(row, homes)


def _forms(path: str) -> list[str]:
    try:
        return _normal(path)
    # What is no address at all was never an old one.
    except ValueError:
        return []


def _normal(path: str) -> list[str]:
    whole_path = [Redirect.normalise_path(path), Redirect.normalise_path(path, decode_unicode=False)]
    bare = urlsplit(whole_path[1]).path
    return list(dict.fromkeys([*whole_path, Redirect.normalise_path(bare), bare]))


def _address(row: dict[str, Any], homes: Homes) -> str:
    address, route = homes.absolute(row["url_path"]), row["redirect_page_route_path"]
    model = ContentType.objects.get_for_id(row["kind"]).model_class()
    # Only some kinds of pages have addresses of their own below them.
    return f"{address.rstrip('/')}{route}" if route and hasattr(model, "resolve_subpage") else address
