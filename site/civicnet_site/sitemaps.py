"""What search engines are told of a site: every page that readers see, and where not to look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from civicnet.gateway.content.visible import readable
from civicnet.lifecycle.pages import resting_types

# The protocol allows 50,000 (sitemaps.org/protocol.html); a machine that answers people should not build so many at once.
PER_FILE = 5_000


class PageSitemap(Sitemap[dict[str, Any]]):
    """The pages below a site's root that readers see, by the order in which they were made: a file keeps its pages."""

    limit = PER_FILE

    def __init__(self, site: Site) -> None:
        self._above = len(site.root_page.url_path) - 1
        self._pages = Page.objects.descendant_of(site.root_page, inclusive=True).filter(readable())
        self._pages = self._pages.exclude(
            content_type__in=ContentType.objects.get_for_models(*resting_types()).values()
        )
        self.protocol = "https" if site.port == 443 else "http"

    def items(self) -> QuerySet[Any, dict[str, Any]]:
        """Address and last change of each page; read file by file."""
        return self._pages.order_by("pk").values("url_path", "last_published_at")

    def location(self, item: dict[str, Any]) -> str:
        """The page's address on its site."""
        address: str = item["url_path"][self._above :]
        return address

    def lastmod(self, item: dict[str, Any]) -> datetime | None:
        """When it was last published."""
        changed: datetime | None = item["last_published_at"]
        return changed

    def get_latest_lastmod(self) -> datetime | None:
        """The newest of them; one row, where Django would read all pages."""
        newest: datetime | None = self._pages.aggregate(newest=Max("last_published_at"))["newest"]
        return newest


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponseBase:
    """The list of the files in which a site's pages stand."""
    return views.index(request, sitemaps=_of(request), sitemap_url_name="sitemap")


@require_safe
def sitemap(request: HttpRequest, section: str) -> HttpResponseBase:
    """One of those files; which one, ``p`` says."""
    return views.sitemap(request, sitemaps=_of(request), section=section)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Where search engines find the pages, and that they need not look behind the desks nor search (RFC 9309)."""
    closed = "".join(f"Disallow: /{name}/\n" for name in ("admin", "desk", "graphql", "api", "search"))
    address = request.build_absolute_uri(reverse("sitemap_index"))
    return HttpResponse(f"User-agent: *\n{closed}Sitemap: {address}\n", content_type="text/plain; charset=utf-8")


def _of(request: HttpRequest) -> Mapping[str, PageSitemap]:
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    return {"pages": PageSitemap(site)}
